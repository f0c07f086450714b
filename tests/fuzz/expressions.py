"""Expressions nobody would write."""

from __future__ import annotations

import random

from cami_survey.engine.xpath.parser import AXES

NUMBERS = ("0", "1", "-1", ".5", "1.", "1e5", "9" * 400, "2147483648", "1 div 0", "0 div 0", "-1 div 0", "99999999999")
TEXTS = ("''", "'a'", '"b c"', "'2026-02-30'", "'2026-03-02T10:00:00.000+06:00'", "'1 2 3 4'", "'a'", "'%a %b'", "'é'")
PATHS = (
    "/data/a",
    "../b",
    ".",
    "..",
    "//c",
    "/",
    "current()/../a",
    "/data/r[1]/n",
    "@id",
    "*",
    "node()",
    "text()",
    "$v",
)
OPERATORS = (" or ", " and ", " = ", " != ", " < ", " >= ", " + ", " - ", " * ", " div ", " mod ", " | ", ", ")
PATTERNS = ("'(a+)+$'", "'[a-z'", "'(?=a)'", "'^(a|aa)+$'", "'\\\\d{1,99999}'", "'(a*)*b'", "'.*.*.*.*x'", "'(?P<n>a)'")
SUBJECT = "'" + "a" * 40 + "'"
BITS = ("(", ")", "[", "]", "::", "!", "$", "'", '"', "\x00", "\ud800", "¬", "&", "@", "..", "/", "//", "#", ";", ":")


def expression(chance: random.Random, names: list[str], depth: int = 4) -> str:
    """Mostly well formed; sometimes damaged."""
    text = _part(chance, names, depth)
    if chance.random() < 0.25:
        at = chance.randint(0, len(text))
        text = text[:at] + chance.choice(BITS) + text[at + chance.randint(0, 2) :]
    return text


def _part(chance: random.Random, names: list[str], depth: int) -> str:
    if depth == 0:
        return chance.choice(chance.choice((NUMBERS, TEXTS, PATHS)))
    match chance.randrange(8):
        case 0:
            return f"({_part(chance, names, depth - 1)})"
        case 1:
            return "-" * chance.randint(1, 3) + _part(chance, names, depth - 1)
        case 2 | 3:
            parts = [_part(chance, names, depth - 1) for _time in range(chance.randint(2, 3))]
            return chance.choice(OPERATORS).join(parts)
        case 4:
            return f"{chance.choice(PATHS)}[{_part(chance, names, depth - 1)}]"
        case 5:
            return f"{chance.choice(sorted(AXES))}::{chance.choice(('*', 'node()', 'a', 'text()', 'x:y'))}"
        case 6:
            return f"regex({SUBJECT}, {chance.choice(PATTERNS)})"
    return _call(chance, names, depth)


def _call(chance: random.Random, names: list[str], depth: int) -> str:
    arguments = [_part(chance, names, depth - 1) for _time in range(chance.randint(0, 4))]
    return f"{chance.choice(names)}({', '.join(arguments)})"
