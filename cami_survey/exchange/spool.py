"""A seekable place for a package while it is made or read: memory first, then an encrypted temporary file.

The temporary file is written with AES-256-CTR under a key that lives in this process alone, so no plain answer
ever lies on a disk, not even after a power cut.
"""

from __future__ import annotations

import io
import os
import tempfile
from typing import IO, TYPE_CHECKING

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CTR

if TYPE_CHECKING:
    from types import TracebackType

IN_MEMORY = 48 * 1024 * 1024
BLOCK = 16


class Spool:
    """Bytes that can be written, read and sought; `size` is their number, `in_memory` how many need no file."""

    def __init__(self, in_memory: int | None = None) -> None:
        self._limit = IN_MEMORY if in_memory is None else in_memory
        self._memory: io.BytesIO | None = io.BytesIO()
        self._file: IO[bytes] | None = None
        self._key = AES256(os.urandom(32))
        self._position = 0
        self.size = 0

    def __enter__(self) -> Spool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def write(self, data: bytes) -> int:
        """Write `data` at the position; returns its length."""
        if self._memory is not None and self._position + len(data) > self._limit:
            self._leave_memory(self._memory)
        if self._memory is not None:
            self._memory.seek(self._position)
            self._memory.write(data)
        elif self._file is not None:
            self._file.seek(self._position)
            self._file.write(self._mask(data))
        self._position += len(data)
        self.size = max(self.size, self._position)
        return len(data)

    def read(self, count: int = -1) -> bytes:
        """Up to `count` bytes from the position; all that follow when it is negative."""
        left = max(self.size - self._position, 0)
        count = left if count < 0 else min(count, left)
        if self._memory is not None:
            self._memory.seek(self._position)
            data = self._memory.read(count)
        else:
            assert self._file is not None
            self._file.seek(self._position)
            data = self._mask(self._file.read(count))
        self._position += len(data)
        return data

    def seek(self, position: int) -> int:
        """Go to `position`, counted from the start."""
        self._position = position
        return position

    def tell(self) -> int:
        """The position."""
        return self._position

    def flush(self) -> None:
        """Nothing is held back here; writers of streams ask for it."""

    def close(self) -> None:
        """Forget everything."""
        if self._file is not None:
            self._file.close()
        self._memory = io.BytesIO()
        self._position = self.size = 0

    def _leave_memory(self, memory: io.BytesIO) -> None:
        self._file = tempfile.TemporaryFile(prefix="cami-")  # noqa: SIM115 - lives as long as the spool
        self._memory = None
        position, self._position = self._position, 0
        self.write(memory.getvalue())
        self._position = position

    def _mask(self, data: bytes) -> bytes:
        # CTR is the same function both ways; the counter is the number of the block at the position.
        block, within = divmod(self._position, BLOCK)
        stream = Cipher(self._key, CTR(block.to_bytes(BLOCK, "big"))).encryptor()
        stream.update(bytes(within))
        return stream.update(data)
