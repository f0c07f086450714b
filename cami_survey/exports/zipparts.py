"""A member of a zip whose content is compressed in several places, one part after the other.

Each part is a run of deflate blocks that refers to nothing before it and ends at a whole byte, so parts stand behind
each other as they are. `zipfile` writes the member as bytes that it does not compress, and is then told what they are.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

# The lowest level is three times as fast as the default and its files are a tenth larger.
COMPRESSION = 1
_NOTHING = bytes(1 << 20)


class Deflated:
    """Compresses a part: what goes in at `add` comes out there and at `end`; `size` and `crc` are of what went in."""

    def __init__(self, level: int) -> None:
        self._packing = zlib.compressobj(level, zlib.DEFLATED, -zlib.MAX_WBITS)
        self.size = self.crc = 0

    def add(self, data: bytes) -> bytes:
        """Take some in."""
        self.size += len(data)
        self.crc = zlib.crc32(data, self.crc)
        return self._packing.compress(data)

    def end(self, *, last: bool = False) -> bytes:
        """The part is whole; `last` ends the member as well."""
        return self._packing.flush(zlib.Z_FINISH if last else zlib.Z_SYNC_FLUSH)


class Pieced:
    """The member: `write` parts in turn, then say of each what it was with `count`."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.size = self.crc = 0

    def write(self, deflated: bytes) -> None:
        """Some bytes of a part."""
        self._file.write(deflated)

    def count(self, size: int, crc: int) -> None:
        """A part is whole, which was of that size before it was compressed."""
        self.size += size
        self.crc = joined(self.crc, crc, size)


@contextmanager
def pieced(archive: zipfile.ZipFile, file: IO[bytes], name: str) -> Iterator[Pieced]:
    """A new member of `archive`, which is written to `file`; the last part has to end it."""
    about = zipfile.ZipInfo(name)
    about.compress_type = zipfile.ZIP_STORED
    with archive.open(about, "w", force_zip64=True) as stored:
        member = Pieced(stored)
        yield member
    about.compress_type, about.CRC, about.file_size = zipfile.ZIP_DEFLATED, member.crc, member.size
    file.seek(about.header_offset)
    file.write(about.FileHeader(zip64=True))


def joined(first: int, second: int, size: int) -> int:
    """The CRC-32 of two texts behind each other from those of each; `size` is that of the second.

    A checksum is linear: what the first text does to it shows behind as many zeros as the second one is long.
    """
    return _over_zeros(first, size) ^ _over_zeros(0, size) ^ second


def _over_zeros(crc: int, size: int) -> int:
    whole, rest = divmod(size, len(_NOTHING))
    for _turn in range(whole):
        crc = zlib.crc32(_NOTHING, crc)
    return zlib.crc32(_NOTHING[:rest], crc)
