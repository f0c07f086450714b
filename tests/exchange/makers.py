"""Devices and facts for the tests of packages, made without a survey file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from warnings import catch_warnings, simplefilter
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pyrage import x25519

from cami_survey.base.errors import UserError
from cami_survey.base.records import DeviceInfo, Fact
from cami_survey.exchange import keys, seal
from cami_survey.exchange.archive import ArchiveWriter
from cami_survey.exchange.package import Package, Sender, Written, open_package, write_package
from cami_survey.exchange.spool import Spool

NOON = datetime(2026, 11, 19, 12, 0, tzinfo=UTC)


class Laptop:
    """A device with its keys."""

    def __init__(self, name: str = "KG-01", facilitator: str = "Nurlan", number: int = 1) -> None:
        self._key = Ed25519PrivateKey.generate()
        self.public_key = self._key.public_key().public_bytes_raw()
        self.identity = str(x25519.Identity.generate())
        self.recipient = keys.recipient_of(self.identity)
        self.device = DeviceInfo(
            id=keys.fingerprint(self.public_key),
            number=number,
            name=name,
            facilitator=facilitator,
            public_key=self.public_key,
            recipient=self.recipient,
        )

    def sign(self, message: bytes) -> bytes:
        return self._key.sign(message)

    def sender(self) -> Sender:
        return Sender(self.device, self.sign, "Pamir 2026", {self.device.id: ((1, 3),)})

    def pack(self, folder: Path, facts: Iterable[Fact], to: Iterable[Laptop] = ()) -> Written:
        readers = [other.recipient for other in to]
        return write_package(folder, facts, sender=self.sender(), recipients=readers, created=NOON, record_of=record_of)

    def open(self, path: Path, *senders: Laptop) -> Package:
        """The package at `path`, as a survey file of this laptop that trusts `senders` sees it."""
        return open_package(path, identities=[self.identity], admit=only(*senders))


def only(*senders: Laptop):
    known = {sender.public_key for sender in senders}

    def admit(public_key: bytes) -> None:
        if public_key not in known:
            raise UserError("package.unknown-sender", "unknown")

    return admit


def sealed(laptop: Laptop, path: Path, members: Iterable[tuple[str | ZipInfo, bytes]], after: bytes = b"") -> Path:
    """A zip of any members at all, made by the standard library, under a seal of `laptop` that is right."""
    content = BytesIO()
    with ZipFile(content, "w", ZIP_DEFLATED) as archive, catch_warnings():
        simplefilter("ignore")  # zipfile warns of names that stand twice; here they are meant
        for name, data in members:
            archive.writestr(name, data)
        archive.comment = bytes(seal.LENGTH)
    return resealed(laptop, path, content.getvalue()[: -seal.LENGTH] + after)


def resealed(laptop: Laptop, path: Path, content: bytes) -> Path:
    """`content` under a seal that is right."""
    with Spool() as spool:
        spool.write(content)
        seal.seal(spool, laptop.public_key, laptop.sign)
        spool.seek(0)
        path.write_bytes(spool.read())
    return path


def signed(laptop: Laptop, path: Path, facts: bytes, *, manifest: dict[str, object] | None = None) -> Path:
    """A package in the right profile with `facts` as its lines and parts of its manifest replaced."""
    with Spool() as spool:
        writer = ArchiveWriter(spool)
        writer.add("facts.ndjson", [facts])
        files = {"facts.ndjson": {"size": len(facts), "sha256": hashlib.sha256(facts).hexdigest()}}
        with TemporaryDirectory() as folder:
            plain = json.loads(laptop.pack(Path(folder), []).manifest.to_bytes())
        data = canonical(plain | {"files": files} | (manifest or {}))
        writer.add("manifest.json", [data])
        message = seal.TAG + b"manifest " + hashlib.sha512(data).digest()
        writer.add("manifest.sig", [laptop.sign(message).hex().encode()], packed=False)
        writer.finish(seal.LENGTH)
        spool.seek(0)
        return resealed(laptop, path, spool.read())


def record_of(fact: Fact) -> str:
    return str(json.loads(fact.head)["record"])


def canonical(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def revision(number: int, text: str = "яки", record: str = "") -> Fact:
    """A revision with a head and a body of the usual kind."""
    salt = number.to_bytes(16, "big")
    body = canonical({"fields": {"/data/name": text, "/data/n": str(number)}})
    head = canonical(
        {"record": record or f"r{number}", "sequence": number, "body": hashlib.sha256(salt + body).hexdigest()}
    )
    return Fact("revision", hashlib.sha256(head).hexdigest(), head, body, salt)


def form(content: bytes = b"<html/>") -> Fact:
    head = canonical({"form": content.decode("latin-1")})
    return Fact("form", hashlib.sha256(head).hexdigest(), head)


def attachment(content: bytes) -> Fact:
    return Fact("attachment", hashlib.sha256(content).hexdigest(), content)


FACTS = (form(), attachment(b"\xff\xd8 a photo"), revision(1), revision(2, "яки и овцы"), revision(3, record="r1"))
