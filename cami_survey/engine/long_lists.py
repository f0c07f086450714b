"""Long lists of choices: pyxform converts a few rows of each, the others are written as it would write them.

pyxform makes eight objects of each choice. That the rows it was given come out as they are written here is looked at
each time; where they do not, it is given all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from cami_survey.engine.workbook import Row, Workbook

CHOICES = "choices"
LONG = 1_000
LIST_NAMES = ("list_name", "list name")
OWN = ("name", "label")
COLUMN = re.compile(r"[a-z][a-z0-9_]*")
# Columns that mean more to pyxform than a text of the choice.
MEANT = frozenset({"audio", "caption", "extra_data", "image", "media", "parent", "sms_option", "value", "video"})
LIST = re.compile(r"[A-Za-z_][\w.-]*", re.ASCII)
# What pyxform changes (blanks, quotes), takes for a reference, or XML cannot hold.
CHANGED = re.compile(r"\s\s|[^\S ]|[“”‘’]|\$\{|[\x00-\x1f\ud800-\udfff\ufffe\uffff]")
SPECIAL = re.compile("[&<>]")
ESCAPED = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


@dataclass(frozen=True, slots=True)
class LongList:
    """`rows` of a list, and those `shown` to pyxform: the first two, and the first with each further column."""

    name: str
    rows: list[Row]
    shown: list[Row]


def long_lists(workbook: Workbook) -> list[LongList]:
    """The long lists of the choices that are plain names and labels with texts beside them."""
    headers = workbook.headers.get(CHOICES, [])
    listed = next((header for header in headers if header in LIST_NAMES), "")
    others = [header for header in headers if header not in (listed, *OWN)]
    if len(workbook.rows.get(CHOICES, ())) < LONG or not listed or not set(OWN) <= set(headers):
        return []
    if not all(COLUMN.fullmatch(header) and header not in MEANT for header in others):
        return []
    found: dict[str, list[Row]] = {}
    for row in workbook.rows[CHOICES]:
        found.setdefault(row.get(listed, ""), []).append(row)
    return [
        LongList(name, rows, _shown(rows, others))
        for name, rows in found.items()
        if len(rows) >= LONG and LIST.fullmatch(name) and _is_plain(rows)
    ]


def _is_plain(rows: list[Row]) -> bool:
    """Whether every row has a name of its own and a label, and no text is changed on the way."""
    if not all("name" in row and "label" in row for row in rows) or len({row["name"] for row in rows}) < len(rows):
        return False
    cells = [text for row in rows for text in row.values()]
    together = "|".join(cells)
    return CHANGED.search(together) is None and not any(" " in row["name"] for row in rows)


def _shown(rows: list[Row], columns: list[str]) -> list[Row]:
    first = [next((place for place, row in enumerate(rows) if column in row), 0) for column in columns]
    return [rows[place] for place in sorted({0, 1, *first})]


def shortened(rows: list[Row], lists: list[LongList]) -> list[Row]:
    """The rows of the choices with what is shown of the long lists alone."""
    all_of_them = {id(row) for listed in lists for row in listed.rows}
    shown = {id(row) for listed in lists for row in listed.shown}
    return [row for row in rows if id(row) in shown or id(row) not in all_of_them]


def lengthened(xml: str, lists: list[LongList]) -> str | None:
    """The XForm with all rows of the long lists; None where one stands there otherwise than it would be written."""
    for listed in lists:
        around = f'<instance id="{listed.name}"><root>{{items}}</root></instance>'
        short = around.format(items=_items(listed.shown))
        if xml.count(short) != 1:
            return None
        xml = xml.replace(short, around.format(items=_items(listed.rows)))
    return xml


def _items(rows: list[Row]) -> str:
    return "".join(map(_item, rows))


def _item(row: Row) -> str:
    first = _element("name", row["name"]) + _element("label", row["label"])
    if len(row) == 3:
        return f"<item>{first}</item>"
    others = (_element(name, text) for name, text in row.items() if name not in (*OWN, *LIST_NAMES))
    return f"<item>{first}{''.join(others)}</item>"


def _element(name: str, text: str) -> str:
    return f"<{name}>{text.translate(ESCAPED) if SPECIAL.search(text) else text}</{name}>"
