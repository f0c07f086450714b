"""What a command answers, and how it is printed: for people in lines, for scripts as one JSON object."""

from __future__ import annotations

import json
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from cami_survey.base.errors import UserError
from cami_survey.base.notices import Notice
from cami_survey.base.texts import _

DONE, REFUSED, WRONG_USE = 0, 1, 2
GAP = "  "
# Half-space, joiner and direction marks belong to the spelling of Persian and others.
INVISIBLE = "\u200c\u200d\u200e\u200f"


@dataclass(frozen=True, slots=True)
class Reply:
    """The result of a command. `value` goes into the JSON object, `lines` to a person; a `refusal` makes it fail.

    `raw` is printed instead of `lines`, byte for byte.
    """

    value: dict[str, Any] = field(default_factory=dict)
    lines: Sequence[str] = ()
    notices: Sequence[Notice] = ()
    refusal: UserError | None = None
    raw: bytes | None = None

    @property
    def code(self) -> int:
        """The exit code."""
        return REFUSED if self.refusal else DONE


def print_reply(reply: Reply, *, as_json: bool) -> None:
    """Print a reply: the answer to standard output, notices to standard error."""
    if as_json:
        print_json({"ok": reply.refusal is None, **_error(reply.refusal), **reply.value, **_notices(reply.notices)})
        return
    if reply.raw is not None:
        sys.stdout.buffer.write(reply.raw)
        sys.stdout.buffer.flush()
    for line in reply.lines:
        print(line)
    sys.stdout.flush()
    said = [notice.text for notice in reply.notices]
    for text in said:
        print(text, file=sys.stderr)
    if reply.refusal and str(reply.refusal) not in said:
        print_refusal(reply.refusal)


def print_refusal(error: UserError) -> None:
    """Say to a person why nothing was done."""
    where = f"{error.where}: " if error.where and error.where not in error.sentence else ""
    print(f"{where}{error.sentence}", file=sys.stderr)
    if error.advice:
        print(error.advice, file=sys.stderr)


def print_json(value: dict[str, Any]) -> None:
    """One JSON object on one line."""
    print(json.dumps(value, ensure_ascii=False, default=str))


def wrong_use(text: str, advice: str) -> dict[str, Any]:
    """The JSON object for a command line that cannot be understood."""
    return {"ok": False, **_error(UserError("usage", text, advice=advice))}


def _error(error: UserError | None) -> dict[str, Any]:
    return {"error": error.as_dict()} if error else {}


def _notices(notices: Iterable[Notice]) -> dict[str, Any]:
    return {"notices": [{"code": n.code, "level": n.level, "text": n.text, "where": n.where} for n in notices]}


def table(headings: Sequence[str], rows: Sequence[Sequence[str]], empty: str = "") -> list[str]:
    """Rows in aligned columns below their headings; `empty` instead of a table without rows."""
    if not rows:
        return [empty or _("There is nothing to list.")]
    cells = [[_one_line(cell) for cell in row] for row in [headings, *rows]]
    widths = [max(map(width, column)) for column in zip(*cells, strict=True)]
    return [
        GAP.join(cell + " " * (space - width(cell)) for cell, space in zip(row, widths, strict=True)).rstrip()
        for row in cells
    ]


def pairs(rows: Sequence[tuple[str, str]]) -> list[str]:
    """Names and values in two aligned columns."""
    space = max((width(name) for name, _value in rows), default=0)
    return [f"{name}{' ' * (space - width(name))}{GAP}{value}".rstrip() for name, value in rows]


def width(text: str) -> int:
    """Columns that a text takes in a terminal."""
    return sum(_columns(letter) for letter in text)


def _columns(letter: str) -> int:
    if unicodedata.combining(letter) or unicodedata.category(letter) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1


def _one_line(text: str) -> str:
    """Line breaks and control characters would break the table, or steer the terminal."""
    return "".join(letter if letter.isprintable() or letter in INVISIBLE else " " for letter in str(text))
