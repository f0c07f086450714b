"""Devices: this file's own identity, the devices it knows, and to whom packages are encrypted."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from typing import Any

import pyrage
import sqlalchemy as sa
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from sqlalchemy.engine import Connection

from cami_survey.base.errors import UserError
from cami_survey.base.records import DeviceInfo
from cami_survey.base.texts import _
from cami_survey.store import damage, machine
from cami_survey.store.canonical import FORMAT, MalformedError, decode, digest, encode, nfc
from cami_survey.store.core import Core
from cami_survey.store.revisions import HEX64, STAMP, check_format
from cami_survey.store.tables import DEVICE, DEVICE_CARD, IDENTITY, RECIPIENT

CARD_KEYS = ("public_key", "number", "name", "facilitator", "recipient", "hlc")
TEXT_LIMIT = 500


@dataclass(frozen=True, slots=True)
class Card:
    """What a device says of itself."""

    public_key: str
    number: int
    name: str
    facilitator: str
    recipient: str
    hlc: str

    @property
    def dev(self) -> bytes:
        """The fingerprint."""
        return hashlib.sha256(bytes.fromhex(self.public_key)).digest()

    def payload(self) -> dict[str, Any]:
        return {"v": FORMAT} | {name: getattr(self, name) for name in CARD_KEYS}


def card_id(head: bytes) -> bytes:
    """The id of a device card."""
    return digest("device-card", head)


def read_card(head: bytes) -> Card:
    """The card in `head`; MalformedError unless the device itself signed it."""
    value = decode(head)
    check_format(value)
    signature = value.pop("signature", None)
    texts = [value.get(name) for name in ("name", "facilitator", "recipient")]
    if not all(isinstance(text, str) and len(text) <= TEXT_LIMIT for text in texts):
        raise MalformedError("device card holds no short texts")
    for name, pattern in (("public_key", HEX64), ("hlc", STAMP)):
        if not isinstance(value.get(name), str) or not pattern.fullmatch(value[name]):
            raise MalformedError("device card is incomplete")
    if type(value.get("number")) is not int or not isinstance(signature, str):
        raise MalformedError("device card is incomplete")
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(value["public_key"]))
        key.verify(bytes.fromhex(signature), digest("device-card-payload", encode(value)))
    except (InvalidSignature, ValueError) as error:
        raise MalformedError("device card is not signed by its device") from error
    return Card(**{name: value[name] for name in CARD_KEYS})


def put_card(connection: Connection, card: Card, *, trusted: bool) -> None:
    """Know a device by its newest card. Trust is given once and never changed here."""
    connection.exec_driver_sql(
        "INSERT INTO device (dev, number, name, facilitator, public_key, recipient, hlc, trusted, revoked)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0) ON CONFLICT(dev) DO UPDATE SET number = excluded.number,"
        " name = excluded.name, facilitator = excluded.facilitator, recipient = excluded.recipient,"
        " hlc = excluded.hlc WHERE excluded.hlc > device.hlc",
        (
            card.dev,
            card.number,
            card.name,
            card.facilitator,
            bytes.fromhex(card.public_key),
            card.recipient,
            card.hlc,
            int(trusted),
        ),
    )


def trust(connection: Connection, device: DeviceInfo) -> None:
    """Trust a device from now on, known before or not. ValueError if its id is not that of its key."""
    dev = hashlib.sha256(device.public_key).digest()
    if dev.hex() != device.id:
        raise ValueError("the id is not the fingerprint of the public key")
    card = Card(device.public_key.hex(), device.number, device.name, device.facilitator, device.recipient, "")
    put_card(connection, card, trusted=True)
    connection.exec_driver_sql("UPDATE device SET trusted = 1, revoked = 0 WHERE dev = ?", (dev,))


class Devices(Core):
    """The part of a survey file that knows devices."""

    @property
    def device(self) -> DeviceInfo:
        """This file on this machine."""
        return self._device

    def devices(self) -> list[DeviceInfo]:
        """Every device this file has heard of, this one first, then by name."""
        with self._db.read() as connection:
            rows = connection.execute(sa.select(DEVICE)).all()
        return sorted((self._info(row) for row in rows), key=lambda d: (not d.this_file, d.name.casefold(), d.id))

    def set_device(self, *, name: str | None = None, facilitator: str | None = None) -> None:
        """Change how this device presents itself; None leaves a part as it is."""
        with self._db.write() as connection:
            secret = self._secret(connection)
            row = connection.execute(sa.select(DEVICE).where(DEVICE.c.dev == self._dev)).one()
            new = (
                nfc(row.name if name is None else name),
                nfc(row.facilitator if facilitator is None else facilitator),
            )
            if new != (row.name, row.facilitator):
                self._publish_card(connection, secret, row.number, *new)
            self._load_device(connection)

    def enrol(self, device: DeviceInfo, *, durable: bool = True) -> None:
        """Trust a device from now on. `durable` as with `accept`."""
        with self._db.write(durable=durable) as connection:
            trust(connection, device)
            self._log(connection, "enrol", device=device.id, name=nfc(device.name))

    def revoke(self, device_id: str) -> None:
        """Trust a device no longer; what it wrote stays."""
        with self._db.write() as connection:
            changed = connection.execute(
                sa.update(DEVICE).where(DEVICE.c.dev == bytes.fromhex(device_id)).values(trusted=False, revoked=True)
            )
            if not changed.rowcount:
                raise UserError("device.unknown", _("This survey does not know that device."), where=device_id)
            self._log(connection, "revoke", device=device_id)

    def sign(self, message: bytes) -> bytes:
        """This device's Ed25519 signature over `message`, 64 bytes."""
        with self._db.read() as connection:
            return self._secret(connection).sign(message)

    def identity(self) -> str:
        """This device's age identity (secret), to open packages encrypted to it."""
        with self._db.read() as connection:
            query = sa.select(IDENTITY.c.age_identity).where(IDENTITY.c.dev == self._dev)
            return str(connection.execute(query).scalar_one())

    def identities(self) -> list[str]:
        """Every age identity this file ever had, this device first, so that older packages still open."""
        with self._db.read() as connection:
            query = sa.select(IDENTITY.c.age_identity).order_by(IDENTITY.c.dev != self._dev, sa.text("rowid DESC"))
            return [str(text) for text in connection.execute(query).scalars()]

    def recipients(self) -> list[tuple[str, str]]:
        """(name, age recipient) of everybody packages are encrypted to, by name."""
        with self._db.read() as connection:
            rows = connection.execute(sa.select(RECIPIENT.c.name, RECIPIENT.c.recipient).order_by(RECIPIENT.c.name))
            return [(row.name, row.recipient) for row in rows]

    def add_recipient(self, name: str, recipient: str) -> None:
        """Encrypt to `recipient` (an age X25519 recipient) too; a known one is renamed."""
        try:
            pyrage.x25519.Recipient.from_str(recipient.strip())
        except pyrage.RecipientError as error:
            raise UserError(
                "recipient.malformed",
                _("“{text}” is no recipient.").format(text=recipient),
                advice=_("A recipient begins with age1 and is 62 characters long."),
            ) from error
        with self._db.write() as connection:
            connection.exec_driver_sql(
                "INSERT INTO recipient (recipient, name, added) VALUES (?, ?, ?)"
                " ON CONFLICT(recipient) DO UPDATE SET name = excluded.name",
                (recipient.strip(), nfc(name), self._millis()),
            )
            self._log(connection, "recipient", recipient=recipient.strip(), name=nfc(name))

    def remove_recipient(self, recipient: str) -> None:
        """Encrypt to `recipient` no longer."""
        with self._db.write() as connection:
            connection.execute(sa.delete(RECIPIENT).where(RECIPIENT.c.recipient == recipient))
            self._log(connection, "recipient-removed", recipient=recipient)

    def _take_identity(self, connection: Connection, name: str = "", facilitator: str = "") -> None:
        """Be the device of this file at this place, a new one if it has none here yet."""
        place = machine.place(self.path)
        known = connection.execute(sa.select(IDENTITY.c.dev).where(IDENTITY.c.place == place)).scalar()
        if known is None:
            secret = Ed25519PrivateKey.generate()
            self._dev = hashlib.sha256(secret.public_key().public_bytes_raw()).digest()
            row = {"dev": self._dev, "place": place, "private_key": secret.private_bytes_raw(), "dev_seq": 0}
            row["age_identity"] = str(pyrage.x25519.Identity.generate())
            connection.execute(sa.insert(IDENTITY), row)
            self._publish_card(connection, secret, 1000 + secrets.randbelow(9000), nfc(name), nfc(facilitator))
            self._log(connection, "device", name=nfc(name))
        else:
            self._dev = known
        self._load_device(connection)

    def _borrow_identity(self, connection: Connection) -> None:
        """In a file that cannot be written: be the last device that it was."""
        last = connection.exec_driver_sql("SELECT dev FROM identity ORDER BY rowid DESC LIMIT 1").scalar()
        if last is None:
            raise damage.not_a_survey(self.path)
        self._dev = last
        self._load_device(connection)

    def _publish_card(
        self, connection: Connection, secret: Ed25519PrivateKey, number: int, name: str, facilitator: str
    ) -> None:
        identity = connection.execute(
            sa.select(IDENTITY.c.age_identity).where(IDENTITY.c.dev == self._dev)
        ).scalar_one()
        recipient = str(pyrage.x25519.Identity.from_str(identity).to_public())
        public = secret.public_key().public_bytes_raw().hex()
        card = Card(public, number, name, facilitator, recipient, self._tick(connection))
        signature = secret.sign(digest("device-card-payload", encode(card.payload())))
        head = encode(card.payload() | {"signature": signature.hex()})
        connection.execute(sa.insert(DEVICE_CARD), {"id": card_id(head), "dev": self._dev, "head": head})
        put_card(connection, card, trusted=True)

    def _secret(self, connection: Connection) -> Ed25519PrivateKey:
        query = sa.select(IDENTITY.c.private_key).where(IDENTITY.c.dev == self._dev)
        return Ed25519PrivateKey.from_private_bytes(connection.execute(query).scalar_one())

    def _load_device(self, connection: Connection) -> None:
        self._device = self._info(connection.execute(sa.select(DEVICE).where(DEVICE.c.dev == self._dev)).one())

    def _info(self, row: Any) -> DeviceInfo:
        return DeviceInfo(
            id=row.dev.hex(),
            number=row.number,
            name=row.name,
            facilitator=row.facilitator,
            public_key=row.public_key,
            recipient=row.recipient,
            trusted=bool(row.trusted),
            this_file=row.dev == self._dev,
            revoked=bool(row.revoked),
        )

    def _names(self, connection: Connection) -> dict[bytes, str]:
        """How each known device is called."""
        rows = connection.exec_driver_sql("SELECT dev, name, number FROM device")
        return {dev: name or str(number) for dev, name, number in rows}
