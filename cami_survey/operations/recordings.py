"""Sound and film files without the notes that a telephone wrote into them, among them the place.

The boxes of ISO base media files (.mp4 .mov .m4a .3gp) that hold such notes become empty boxes of the same length,
so that nothing else in the file moves. Other kinds of files are left as they are.
"""

from __future__ import annotations

from collections.abc import Iterator

HEAD, LONG_HEAD = 8, 16
NOTES = frozenset({b"udta", b"meta", b"uuid"})
INNER = frozenset({b"moov", b"trak"})
FREE = b"free"
DEEPEST = 4


def is_iso_media(content: bytes) -> bool:
    """Whether the file consists of such boxes."""
    return content[4:8] in (b"ftyp", b"moov", b"wide")


def without_notes(content: bytes) -> bytes:
    """The same file with its notes blotted out."""
    if not is_iso_media(content):
        return content
    made = bytearray(content)
    for start, body, end in list(_notes(content, 0, len(content))):
        made[start + 4 : start + 8] = FREE
        made[body:end] = bytes(end - body)
    return bytes(made)


def _notes(content: bytes, start: int, end: int, depth: int = 0) -> Iterator[tuple[int, int, int]]:
    """The boxes of notes between two places: where each starts, where its body does, where it ends."""
    for at, body, after, kind in _boxes(content, start, end):
        if kind in NOTES:
            yield at, body, after
        elif kind in INNER and depth < DEEPEST:
            yield from _notes(content, body, after, depth + 1)


def _boxes(content: bytes, start: int, end: int) -> Iterator[tuple[int, int, int, bytes]]:
    while start + HEAD <= end:
        size, kind, body = int.from_bytes(content[start : start + 4], "big"), content[start + 4 : start + 8], HEAD
        if size == 1:
            size, body = int.from_bytes(content[start + HEAD : start + LONG_HEAD], "big"), LONG_HEAD
        after = end if size == 0 else start + size
        if after > end or after < start + body:
            return
        yield start, start + body, after, kind
        start = after
