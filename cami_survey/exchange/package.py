"""A package `*.camipack`: facts of a survey, signed by the device that sends them, encrypted for those who may read.

    age( zip{ attachments/<sha256> …, facts.ndjson, manifest.json, manifest.sig } + seal )

Without encryption it is the zip alone. The seal covers every byte; `manifest.sig` signs the manifest by itself.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from cami_survey import __version__
from cami_survey.base.clock import Stamp, to_millis
from cami_survey.base.texts import _
from cami_survey.exchange import archive, keys, lines
from cami_survey.exchange.archive import ArchiveWriter, HostileArchiveError
from cami_survey.exchange.manifest import LARGEST as LARGEST_MANIFEST
from cami_survey.exchange.manifest import Counts, File, Manifest, NewerFormatError, Ranges
from cami_survey.exchange.publish import Published, publish
from cami_survey.exchange.refusals import (
    altered,
    cut_short,
    hostile,
    newer,
    not_a_package,
    not_for_this_file,
    too_large,
    unreadable,
)
from cami_survey.exchange.seal import LENGTH as SEAL_LENGTH
from cami_survey.exchange.seal import TAG, check_seal, is_signed, seal
from cami_survey.exchange.spool import Spool
from cami_survey.exchange.strictjson import MalformedJsonError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from cami_survey.base.errors import UserError
    from cami_survey.base.records import DeviceInfo, Fact

ZIP = b"PK\x03\x04"
SUFFIX = ".camipack"


@dataclass(frozen=True, slots=True)
class Sender:
    """The device that makes a package, and how it signs."""

    device: DeviceInfo
    sign: Callable[[bytes], bytes]
    survey: str
    sequences: Ranges


@dataclass(frozen=True, slots=True)
class Written:
    """A package as it lies in its folder, and what it says about itself."""

    file: Published
    manifest: Manifest


def write_package(
    folder: Path,
    facts: Iterable[Fact],
    *,
    sender: Sender,
    recipients: Iterable[str],
    created: datetime,
    record_of: Callable[[Fact], str],
) -> Written:
    """Make a package of `facts` in `folder`, for `recipients` (age strings); for everybody, in clear, if empty.

    `record_of` names the record of a revision. UserError as `publish`, and when it would be too large.
    """
    readers = tuple(sorted(set(recipients)))
    with Spool() as spool:
        try:
            manifest = _fill(spool, facts, sender, readers, created, record_of)
        except OverflowError as error:
            raise too_large(_("The package")) from error
        seal(spool, sender.device.public_key, sender.sign)
        spool.seek(0)
        published = publish(folder, SUFFIX, lambda file: _deliver(spool, file, readers))
    return Written(published, manifest)


def _deliver(spool: Spool, file: IO[bytes], readers: tuple[str, ...]) -> None:
    if readers:
        keys.encrypt(spool, file, readers)
    else:
        keys.copy(spool, file)


def _fill(
    spool: Spool,
    facts: Iterable[Fact],
    sender: Sender,
    readers: tuple[str, ...],
    created: datetime,
    record_of: Callable[[Fact], str],
) -> Manifest:
    writer = ArchiveWriter(spool)
    with Spool() as text:
        collected = _Collector(writer, text, record_of)
        for fact in facts:
            collected.add(fact)
        collected.finish()
    manifest = Manifest(
        survey=sender.survey,
        program=__version__,
        created=created,
        stamp=Stamp(to_millis(created)),
        sender=sender.device,
        recipients=readers,
        counts=collected.counts(),
        files=collected.files,
        sequences=sender.sequences,
    )
    data = manifest.to_bytes()
    writer.add(archive.MANIFEST, [data])
    writer.add(archive.SIGNATURE, [sender.sign(_manifest_message(data)).hex().encode()], packed=False)
    writer.finish(SEAL_LENGTH)
    return manifest


def _manifest_message(data: bytes) -> bytes:
    return TAG + b"manifest " + hashlib.sha512(data).digest()


class _Collector:
    """Sorts facts into the files of the zip and counts them."""

    def __init__(self, writer: ArchiveWriter, text: Spool, record_of: Callable[[Fact], str]) -> None:
        self._writer = writer
        self._text = text
        self._record_of = record_of
        self._records: set[str] = set()
        self._numbers: dict[str, int] = {}
        self._held: list[bytes] = []
        self._held_size = 0
        self._hash = hashlib.sha256()
        self.files: dict[str, File] = {}

    def add(self, fact: Fact) -> None:
        if lines.size_of(fact) > lines.LARGEST[fact.kind]:
            raise too_large(self._record_of(fact) if fact.kind == "revision" else fact.id)
        self._numbers[fact.kind] = self._numbers.get(fact.kind, 0) + 1
        if fact.kind == "revision":
            self._records.add(self._record_of(fact))
        elif fact.kind == "attachment":
            name = archive.ATTACHMENTS + fact.id
            self.files[name] = File(len(fact.head), fact.id)
            self._writer.add(name, [fact.head], packed=archive.shrinks(fact.head))
        self._hold(lines.to_line(fact) + b"\n")

    def _hold(self, line: bytes) -> None:
        self._held.append(line)
        self._held_size += len(line)
        if self._held_size > archive.CHUNK:
            self._flush()

    def _flush(self) -> None:
        piece = b"".join(self._held)
        self._held, self._held_size = [], 0
        self._hash.update(piece)
        self._text.write(piece)

    def finish(self) -> None:
        self._flush()
        self._text.seek(0)
        member = self._writer.add(archive.FACTS, iter(lambda: self._text.read(archive.CHUNK), b""))
        self.files[archive.FACTS] = File(member.size, self._hash.hexdigest())

    def counts(self) -> Counts:
        kinds = {f"{kind}s": number for kind, number in self._numbers.items()}
        return Counts(records=len(self._records), **kinds)


class Package:
    """A package that was opened and found right; its facts can be read as often as needed until it is closed."""

    def __init__(self, name: str, sha256: str, spool: Spool, public_key: bytes, *, encrypted: bool) -> None:
        self.name = name
        self.sha256 = sha256
        self.encrypted = encrypted
        self.public_key = public_key
        self._spool = spool
        try:
            self._members = archive.read_directory(spool, SEAL_LENGTH)
            self.manifest = self._read_manifest()
            self._check_files()
        except NewerFormatError:
            raise newer(name) from None
        except (HostileArchiveError, MalformedJsonError) as error:
            raise hostile(name, str(error)) from error

    def __enter__(self) -> Package:
        return self

    def __exit__(self, *_details: object) -> None:
        self.close()

    def close(self) -> None:
        """Forget the plain bytes."""
        self._spool.close()

    def _whole(self, name: str, limit: int) -> bytes:
        member = self._members.get(name)
        if member is None or member.size > limit:
            raise HostileArchiveError(_("{name} is missing or too large").format(name=name))
        return b"".join(archive.read_member(self._spool, member))

    def _read_manifest(self) -> Manifest:
        data = self._whole(archive.MANIFEST, LARGEST_MANIFEST)
        signature = self._whole(archive.SIGNATURE, 128)
        if not is_signed(self.public_key, _hex(signature), _manifest_message(data)):
            raise HostileArchiveError(_("the manifest is not signed by the sender"))
        manifest = Manifest.from_bytes(data)
        if manifest.sender.public_key != self.public_key:
            raise HostileArchiveError(_("the manifest names another sender"))
        return manifest

    def _check_files(self) -> None:
        named = {name: file.size for name, file in self.manifest.files.items()}
        found = {name: member.size for name, member in self._members.items()}
        del found[archive.MANIFEST], found[archive.SIGNATURE]
        if named != found or archive.FACTS not in found:
            raise HostileArchiveError(_("it does not hold the files its manifest names"))

    def facts(self) -> Iterator[Fact]:
        """Each fact, in the sender's order. UserError with the line if one is not right: take nothing then."""
        number = 0
        hasher = hashlib.sha256()
        unused = {name for name in self._members if name.startswith(archive.ATTACHMENTS)}

        def attachment(identity: str) -> bytes:
            name = archive.ATTACHMENTS + identity
            unused.discard(name)
            try:
                return self._whole(name, lines.LARGEST["attachment"])
            except HostileArchiveError as error:
                raise MalformedJsonError(str(error)) from error

        def chunks() -> Iterator[bytes]:
            for piece in archive.read_member(self._spool, self._members[archive.FACTS]):
                hasher.update(piece)
                yield piece

        try:
            for line in lines.split(chunks()):
                number += 1
                yield lines.from_line(line, attachment)
        except (HostileArchiveError, MalformedJsonError) as error:
            where = _("line {line} of its facts: {reason}").format(line=number, reason=error)
            raise hostile(self.name, where) from error
        if unused or hasher.hexdigest() != self.manifest.files[archive.FACTS].sha256:
            raise hostile(self.name, _("its files are not the ones its manifest names"))


def _hex(text: bytes) -> bytes:
    try:
        return bytes.fromhex(text.decode("ascii"))
    except ValueError:
        return b""


def open_package(path: Path, *, identities: Sequence[str], admit: Callable[[bytes], None]) -> Package:
    """Open and check the package at `path` with the age `identities` of this survey file.

    `admit` is called with the sender's public key before anything is unpacked and raises UserError for a sender who
    is not trusted. UserError with a `package.…` code for everything that is not right; close what is returned.
    """
    name = path.name
    spool = Spool()
    try:
        sha256, encrypted = _load(path, spool, identities)
        public_key = check_seal(spool, name)
        admit(public_key)
        package = Package(name, sha256, spool, public_key, encrypted=encrypted)
        readers = package.manifest.recipients
        if readers and not any(keys.recipient_of(identity) in readers for identity in identities):
            raise not_for_this_file(name)
    except BaseException as error:
        spool.close()
        if isinstance(error, OSError):
            raise unreadable(name, error) from error
        raise
    return package


def identify(path: Path) -> tuple[str, bool]:
    """The SHA-256 of a file and whether it is encrypted, without opening it. UserError if it cannot be read."""
    try:
        with path.open("rb") as file:
            encrypted = file.read(len(keys.MAGIC)) == keys.MAGIC
            file.seek(0)
            return hashlib.file_digest(file, "sha256").hexdigest(), encrypted
    except OSError as error:
        raise unreadable(path.name, error) from error


def _load(path: Path, spool: Spool, identities: Sequence[str]) -> tuple[str, bool]:
    with path.open("rb") as file:
        source = _Hashing(file)
        size = path.stat().st_size
        start = file.read(len(keys.MAGIC))
        file.seek(0)
        if size > archive.LARGEST:
            raise too_large(path.name)
        encrypted = start == keys.MAGIC
        if encrypted:
            keys.decrypt(source, spool, identities, size=size, name=path.name)
        elif start.startswith(ZIP):
            keys.copy(source, spool)
        else:
            file.seek(max(size - SEAL_LENGTH, 0))
            raise _unknown_start(path.name, start, file.read())
        keys.drain(source)
        return source.sha256.hexdigest(), encrypted


def _unknown_start(name: str, start: bytes, end: bytes) -> UserError:
    if keys.MAGIC.startswith(start) or ZIP.startswith(start):
        return cut_short(name)
    alike = sum(one == other for one, other in zip(start, keys.MAGIC, strict=False))
    is_ours = end.startswith(TAG) or alike >= len(keys.MAGIC) // 2
    return altered(name) if is_ours else not_a_package(name)


class _Hashing:
    """Reads a file and hashes what was read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.sha256 = hashlib.sha256()

    def read(self, count: int = -1, /) -> bytes:
        data = self._file.read(count)
        self.sha256.update(data)
        return data
