"""The zip inside a package, in one profile: no extras, no flags, no gaps, no overlaps, fixed dates, plain names.

Any unzip program opens it. Our own reader takes nothing that differs from the profile by a byte, so the usual
tricks (two directories, hidden members, overlapping data, links, absolute names) have no place to live.
"""

from __future__ import annotations

import re
import struct
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cami_survey.base.texts import _

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cami_survey.exchange.spool import Spool

FACTS = "facts.ndjson"
MANIFEST = "manifest.json"
SIGNATURE = "manifest.sig"
ATTACHMENTS = "attachments/"

LARGEST = 0xFFFFFFFF
MOST_MEMBERS = 60_000
RATIO = 250
RATIO_FREE = 64 * 1024 * 1024
CHUNK = 256 * 1024
SAMPLE = 32 * 1024
LEVEL = 4

STORED, DEFLATED = 0, 8
_DATE = 0x0021  # 1 January 1980, the zero of zip dates
_MODE = 0o100600 << 16
_LOCAL = struct.Struct("<4s5H3I2H")
_ENTRY = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")
_NAME = re.compile(r"facts\.ndjson|manifest\.json|manifest\.sig|attachments/[0-9a-f]{64}")


class HostileArchiveError(ValueError):
    """The zip is not in our profile; the text says what is wrong, in the user's language."""


@dataclass(frozen=True, slots=True)
class Member:
    """One file of the zip: `size` bytes plain, `packed` bytes as stored from `start` on."""

    name: str
    method: int
    crc: int
    packed: int
    size: int
    offset: int

    @property
    def start(self) -> int:
        return self.offset + _LOCAL.size + len(self.name)

    def local_header(self) -> bytes:
        """What stands before the data."""
        sizes = (self.crc, self.packed, self.size)
        head = _LOCAL.pack(b"PK\x03\x04", 20, 0, self.method, 0, _DATE, *sizes, len(self.name), 0)
        return head + self.name.encode("ascii")

    def entry(self) -> bytes:
        """What stands in the directory."""
        sizes = (self.crc, self.packed, self.size)
        places = (len(self.name), 0, 0, 0, 0, _MODE, self.offset)
        return _ENTRY.pack(b"PK\x01\x02", 0x0314, 20, 0, self.method, 0, _DATE, *sizes, *places) + self.name.encode()


def _end(count: int, size: int, offset: int, comment: int) -> bytes:
    return _END.pack(b"PK\x05\x06", 0, 0, count, count, size, offset, comment)


def shrinks(data: bytes) -> bool:
    """Whether packing `data` is worth the time, judged by its beginning: photos and sound are packed already."""
    sample = data[:SAMPLE]
    return len(zlib.compress(sample, 1)) < 0.9 * len(sample)


class ArchiveWriter:
    """Writes members one after the other; `finish` writes the directory. OverflowError past four gigabytes."""

    def __init__(self, spool: Spool) -> None:
        self._spool = spool
        self.members: list[Member] = []

    def add(self, name: str, chunks: Iterable[bytes], *, packed: bool = True) -> Member:
        """One member from `chunks`; photos and sound are better not `packed`."""
        method = DEFLATED if packed else STORED
        hollow = Member(name, method, 0, 0, 0, self._spool.tell())
        self._spool.write(hollow.local_header())
        crc = size = 0
        squeeze = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS) if packed else None
        for chunk in chunks:
            crc, size = zlib.crc32(chunk, crc), size + len(chunk)
            self._spool.write(squeeze.compress(chunk) if squeeze else chunk)
        if squeeze:
            self._spool.write(squeeze.flush())
        after = self._spool.tell()
        if max(after, size) > LARGEST or len(self.members) == MOST_MEMBERS:
            raise OverflowError(name)
        member = Member(name, method, crc, after - hollow.start, size, hollow.offset)
        self._spool.seek(member.offset)
        self._spool.write(member.local_header())
        self._spool.seek(after)
        self.members.append(member)
        return member

    def finish(self, comment: int) -> None:
        """Write the directory; a comment of `comment` bytes has to follow."""
        directory = b"".join(member.entry() for member in self.members)
        offset = self._spool.tell()
        self._spool.write(directory + _end(len(self.members), len(directory), offset, comment))


def read_directory(spool: Spool, comment: int) -> dict[str, Member]:
    """The members of a zip with a comment of `comment` bytes, by name and in order.

    HostileArchiveError for anything outside the profile. Nothing is unpacked.
    """
    end = spool.size - comment - _END.size
    spool.seek(max(end, 0))
    _disk, _first, count, _total, size, offset, length = _numbers(_END, spool.read(_END.size))
    if length != comment or offset + size != end:
        raise HostileArchiveError(_("the directory of the archive is not at its end"))
    if count > MOST_MEMBERS:
        raise HostileArchiveError(_("it holds {count} files").format(count=count))
    spool.seek(offset)
    members = list(_entries(spool.read(size), count))
    if _end(count, size, offset, comment) != _end_of(spool, end):
        raise HostileArchiveError(_("the directory of the archive is not in order"))
    _check_layout(spool, members, offset)
    return {member.name: member for member in members}


def _end_of(spool: Spool, end: int) -> bytes:
    spool.seek(end)
    return spool.read(_END.size)


def _numbers(form: struct.Struct, data: bytes) -> list[int]:
    # The four bytes in front are compared later, when the whole is written again and laid beside it.
    if len(data) != form.size:
        raise HostileArchiveError(_("the directory of the archive is not in order"))
    return [int(number) for number in form.unpack(data)[1:]]


def _entries(directory: bytes, count: int) -> Iterator[Member]:
    at = 0
    for _number in range(count):
        numbers = _numbers(_ENTRY, directory[at : at + _ENTRY.size])
        method, crc, packed, size, length, offset = (numbers[place] for place in (3, 6, 7, 8, 9, 15))
        raw = directory[at + _ENTRY.size : at + _ENTRY.size + length]
        name = raw.decode("ascii", "replace")
        if not _NAME.fullmatch(name):
            raise HostileArchiveError(_("a file in it has the name {name}").format(name=ascii(name[:80])))
        member = Member(name, method, crc, packed, size, offset)
        at += _ENTRY.size + length
        if member.entry() != directory[at - _ENTRY.size - length : at]:
            raise HostileArchiveError(_("the entry of {name} is not in order").format(name=name))
        yield member
    if at != len(directory):
        raise HostileArchiveError(_("the directory of the archive is not in order"))


def _check_layout(spool: Spool, members: list[Member], directory: int) -> None:
    at = 0
    seen: set[str] = set()
    for member in members:
        if member.name in seen:
            raise HostileArchiveError(_("{name} is in it twice").format(name=member.name))
        seen.add(member.name)
        spool.seek(member.offset)
        header = member.local_header()
        if member.offset != at or spool.read(len(header)) != header:
            raise HostileArchiveError(_("its files overlap or have gaps at {name}").format(name=member.name))
        _check_sizes(member)
        at = member.start + member.packed
    if at != directory:
        raise HostileArchiveError(_("its files overlap or have gaps"))


def _check_sizes(member: Member) -> None:
    if member.method not in (STORED, DEFLATED) or (member.method == STORED and member.packed != member.size):
        raise HostileArchiveError(_("{name} is packed in an unknown way").format(name=member.name))
    if member.size > max(RATIO_FREE, RATIO * member.packed):
        raise HostileArchiveError(_("{name} would unpack to far more than it is").format(name=member.name))


def read_member(spool: Spool, member: Member) -> Iterator[bytes]:
    """The plain bytes of `member` in pieces, never more than it declares; HostileArchiveError if they differ."""
    crc = size = 0
    for piece in _plain(spool, member):
        crc, size = zlib.crc32(piece, crc), size + len(piece)
        if size > member.size:
            break
        yield piece
    if size != member.size or crc != member.crc:
        raise HostileArchiveError(_("{name} does not hold what it says").format(name=member.name))


def _plain(spool: Spool, member: Member) -> Iterator[bytes]:
    at, left = member.start, member.packed
    expand = zlib.decompressobj(-zlib.MAX_WBITS) if member.method == DEFLATED else None
    while left:
        spool.seek(at)
        piece = spool.read(min(left, CHUNK))
        at, left = at + len(piece), left - len(piece)
        if expand is None:
            yield piece
            continue
        while piece:
            try:
                yield expand.decompress(piece, 4 * CHUNK)
            except zlib.error as error:
                raise HostileArchiveError(_("{name} does not hold what it says").format(name=member.name)) from error
            piece = expand.unconsumed_tail
    if expand is not None and (not expand.eof or expand.unused_data):
        raise HostileArchiveError(_("{name} does not hold what it says").format(name=member.name))
