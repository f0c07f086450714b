"""Hostile bytes: good ones with pieces taken out, doubled, swapped, or replaced by what parsers stumble over."""

from __future__ import annotations

import random
import re

PIECE = re.compile(rb"<[^>]*>|[^<>]+")
NASTY = (
    b"",
    b"\x00",
    b"\xff\xfe",
    b"\xed\xa0\x80",
    b"&#0;",
    b"&#xD800;",
    b"&lol;",
    b"]]>",
    b"<![CDATA[",
    b"<!--",
    b"<?x?>",
    b"<!DOCTYPE a [<!ENTITY b 'c'>]>",
    b"/" * 50,
    b"(" * 500,
    b"[" * 300,
    b"9" * 500,
    b"-1",
    b"1e999",
    b"NaN",
    b" ",
    b"..",
    b"position()",
    b"current()/..",
    b"uuid()",
    b"true()",
    b"${a}",
    b"'",
    b'"',
    b"2026-02-30",
    b"9999-12-31",
    b"0000-00-00",
    b"k00000001",
    "\u0301".encode() * 200,
    "\U0001f410".encode(),
)
NUMBER = re.compile(rb"\d+")
ATTRIBUTE = re.compile(rb'"[^"]*"|\'[^\']*\'')


def mutated(content: bytes, chance: random.Random, *, most: int = 4) -> bytes:
    """The content after one to `most` accidents."""
    for _time in range(chance.randint(1, most)):
        content = chance.choice((_bytes, _pieces, _attribute, _pieces, _attribute, _cut))(content, chance)
    return content


def _bytes(content: bytes, chance: random.Random) -> bytes:
    at = chance.randint(0, len(content))
    return content[:at] + chance.choice((*NASTY, bytes([chance.randrange(256)]))) + content[at + chance.randint(0, 3) :]


def _cut(content: bytes, chance: random.Random) -> bytes:
    first, last = sorted((chance.randint(0, len(content)), chance.randint(0, len(content))))
    return content[:first] + content[last:] if chance.random() < 0.3 else content[:first] + content[first:]


def _pieces(content: bytes, chance: random.Random) -> bytes:
    """Elements and texts doubled, dropped, moved or replaced."""
    pieces = PIECE.findall(content)
    if not pieces:
        return content
    at = chance.randrange(len(pieces))
    match chance.randrange(5):
        case 0:
            del pieces[at]
        case 1:
            pieces.insert(at, pieces[at])
        case 2:
            pieces.insert(at, pieces[chance.randrange(len(pieces))])
        case 3:
            pieces[at] = chance.choice(NASTY)
        case 4:
            start = chance.randrange(len(pieces))
            pieces[at:at] = pieces[start : start + chance.randint(1, 12)]
    return b"".join(pieces)


def _attribute(content: bytes, chance: random.Random) -> bytes:
    """The content of one pair of quotes (an expression, a path, a name) becomes another one."""
    found = list(ATTRIBUTE.finditer(content))
    if not found:
        return _bytes(content, chance)
    one, other = chance.choice(found), chance.choice(found)
    new = other[0] if chance.random() < 0.6 else b'"' + chance.choice(NASTY).replace(b'"', b"") + b'"'
    return content[: one.start()] + new + content[one.end() :]
