"""The sheet of paper with a recovery code: a page of HTML that any browser prints; it fetches nothing."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date
from html import escape
from pathlib import Path

from cami_survey.base.texts import _, is_right_to_left, language

STYLE = """
body { font: 12pt/1.5 'Noto Sans', sans-serif; margin: 18mm; max-width: 170mm; color: #000; background: #fff }
h1 { font-size: 20pt; margin: 0 0 6mm } dt { font-weight: bold } dd { margin: 0 0 3mm }
pre { font: 14pt/1.9 'Noto Sans Mono', monospace; direction: ltr; border: 1pt solid #000; padding: 6mm;
  white-space: pre-wrap; word-spacing: .5em }
@media print { body { margin: 0 } }
"""
GROUP, IN_LINE = 4, 6


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


def page(sheet: Sheet) -> str:
    """The sheet as HTML."""
    heading = _("Recovery code")
    if sheet.total > 1:
        heading = _("Recovery code, part {number} of {total}").format(number=sheet.number, total=sheet.total)
    facts = [
        (_("Survey"), sheet.title),
        (_("File"), sheet.file),
        (_("Made on"), sheet.day.isoformat()),
        (_("Name of the code"), sheet.name),
    ]
    rows = "".join(f"<dt>{escape(name)}</dt><dd>{escape(text)}</dd>" for name, text in facts)
    advice = "".join(f"<li>{escape(line)}</li>" for line in _advice(sheet))
    direction = "rtl" if is_right_to_left(language()) else "ltr"
    return (
        f'<!doctype html><html lang="{language()}" dir="{direction}"><head><meta charset="utf-8">'
        f"<title>{escape(heading)}</title><style>{STYLE}</style></head><body><h1>{escape(heading)}</h1>"
        f"<dl>{rows}</dl><pre>{escape(spaced(sheet.code))}</pre><ol>{advice}</ol></body></html>"
    )


def write(target: Path, sheet: Sheet) -> None:
    """Write the sheet into a new file that only this person can read."""
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(page(sheet))
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
        _("Keep this sheet apart from the laptop: in a safe, in a sealed envelope, with somebody else."),
        _("Small and capital letters, blanks and lines do not matter."),
        _("Once it was used, change the password and make a new code."),
        _("Without password and code nobody can open the survey, the makers of the program neither."),
    ]
