"""The sheet of paper with a recovery code, in letters and as a QR code.

As a page of HTML any browser prints it; it fetches nothing. The window makes the same page a PDF.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from pathlib import Path

from cami_survey.base.texts import _, is_right_to_left, language

STYLE = """
body { font: 11pt/1.4 'Noto Sans', sans-serif; margin: 18mm; max-width: 170mm; color: #000; background: #fff }
h1 { font-size: 20pt; margin: 0 0 5mm } .fact { margin: 0 0 2mm }
.code { font: 14pt/1.8 'Noto Sans Mono', monospace; border: 1pt solid #000; padding: 5mm; margin: 5mm 0 }
.squares svg { width: 45mm; height: 45mm } li { margin: 0 0 1mm }
@media print { body { margin: 0 } }
"""
GROUP, IN_LINE = 4, 6
QUIET = 4
# A date or a name of a file keeps its own direction inside text of the other one.
ISOLATED = "\u2068{}\u2069"


@dataclass(frozen=True, slots=True)
class Sheet:
    """What stands on a sheet. `number` of `total` sheets, of which `needed` open the survey together."""

    title: str
    file: str
    day: date
    code: str
    name: str
    number: int = 1
    needed: int = 1
    total: int = 1
    squares: Sequence[Sequence[bool]] = ()
    """The code as a QR code: rows of squares, true where they are dark."""


def heading(sheet: Sheet) -> str:
    """What it is."""
    if sheet.total > 1:
        return _("Recovery code, part {number} of {total}").format(number=sheet.number, total=sheet.total)
    return _("Recovery code")


def direction() -> str:
    """Which way the sheet is read."""
    return "rtl" if is_right_to_left(language()) else "ltr"


def page(sheet: Sheet) -> str:
    """The sheet as HTML."""
    title = escape(heading(sheet))
    return (
        f'<!doctype html><html lang="{language()}" dir="{direction()}"><head><meta charset="utf-8">'
        f"<title>{title}</title><style>{STYLE}</style></head>"
        f"<body>{content(sheet, _drawn(sheet.squares))}</body></html>"
    )


def content(sheet: Sheet, picture: str) -> str:
    """What stands on the sheet, as HTML; `picture` is the element that shows the QR code."""
    facts = [
        (_("Survey"), sheet.title),
        (_("File"), sheet.file),
        (_("Made on"), sheet.day.isoformat()),
        (_("Name of the code"), sheet.name),
    ]
    rows = "".join(
        f'<p class="fact"><b>{escape(name)}</b><br>{ISOLATED.format(escape(text))}</p>' for name, text in facts
    )
    advice = "".join(f"<li>{escape(line)}</li>" for line in _advice(sheet))
    code = "<br>".join(escape(line) for line in spaced(sheet.code).splitlines())
    return (
        f"<h1>{escape(heading(sheet))}</h1>{rows}"
        f'<p class="code" dir="ltr">{code}</p><p class="squares">{picture}</p><ol>{advice}</ol>'
    )


def _drawn(squares: Sequence[Sequence[bool]]) -> str:
    """A QR code as a picture inside the page."""
    if not squares:
        return ""
    side = len(squares) + 2 * QUIET
    dark = "".join(
        f"M{x + QUIET} {y + QUIET}h1v1h-1z" for y, line in enumerate(squares) for x, filled in enumerate(line) if filled
    )
    return (
        f'<svg viewBox="0 0 {side} {side}" role="img" shape-rendering="crispEdges">'
        f'<rect width="{side}" height="{side}" fill="#fff"/><path d="{dark}" fill="#000"/></svg>'
    )


def write(target: Path, sheet: Sheet) -> None:
    """Write the sheet as a page into a new file that only this person can read."""
    keep(target, page(sheet).encode())


def keep(target: Path, data: bytes) -> None:
    """Write a secret into a new file that only this person can read."""
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def spaced(code: str) -> str:
    """A code in groups that a person can copy; the program takes it back with its blanks and lines."""
    if code.count("-") > IN_LINE:
        head, *groups = code.rsplit("-", code.count("-") - 1)
        groups = [f"-{group}" for group in groups]
    else:
        head, groups = "", [code[i : i + GROUP] for i in range(0, len(code), GROUP)]
    lines = [" ".join(groups[i : i + IN_LINE]) for i in range(0, len(groups), IN_LINE)]
    return "\n".join(filter(None, (head, *lines)))


def _advice(sheet: Sheet) -> list[str]:
    if sheet.total > 1:
        text = _("Any {k} of the {n} parts open the survey together; fewer say nothing. Type them one after the other.")
        use = text.format(k=sheet.needed, n=sheet.total)
    else:
        use = _("This code alone opens the survey and its backups. Type it where the password is asked for.")
    return [
        use,
        _("A telephone that reads the squares shows the code in letters: use one without a network."),
        _("Keep this sheet apart from the laptop: in a safe, in a sealed envelope, with somebody else."),
        _("Small and capital letters, blanks and lines do not matter."),
        _("Once it was used, change the password and make a new code."),
        _("Without password and code nobody can open the survey, the makers of the program neither."),
    ]
