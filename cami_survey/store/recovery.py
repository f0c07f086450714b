"""Recovery codes: an age secret for paper, whole or split so that any k of n people together have it.

Splitting is Shamir's over GF(256) with the polynomial of AES (FIPS-197): each byte of the secret is the value at 0 of a
random polynomial of degree k - 1, each share holds its values at another point. Fewer than k shares say nothing at all.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import secrets
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import pyrage

from cami_survey.base.errors import UserError
from cami_survey.base.texts import _

PREFIX = "AGE-SECRET-KEY-1"
LETTERS = "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L"
SIZE, LENGTH = 37, 58
SHARE = "CAMI-SHARE"
# How the beginnings read without dashes; the 1 that ends the first looks like two letters.
TYPED, TYPED_SHARE = re.compile("AGESECRETKEY[1IL](.*)"), SHARE.replace("-", "")
# Letters of a Cyrillic keyboard that look like the Latin ones on paper.
CYRILLIC = str.maketrans("АВЕЅІЈКМНОРСТУХ", "ABESIJKMHOPCTYX")
# What no code has, and what is meant by it: a share has 2 to 7, a code neither 1 nor B, I, O. A 1 in a share is I or L.
IN_CODE, IN_SHARE = str.maketrans("OI1B", "0LL8"), [str.maketrans("081", f"OB{one}") for one in "IL"]


@dataclass(frozen=True, slots=True)
class Recovery:
    """A new recovery code: `secret` for paper, `recipient` for the file."""

    secret: str
    recipient: str


def new() -> Recovery:
    """A random recovery code."""
    identity = pyrage.x25519.Identity.generate()
    return Recovery(str(identity), str(identity.to_public()))


def secret_in(text: str) -> str:
    """The recovery code that somebody typed, whole or as shares; empty if it is something else.

    Blanks, dashes, small letters, O for 0 and the like do not matter, and the words before the code may be left out.
    UserError for what begins as a code and is none.
    """
    typed = _bare(text)
    if TYPED_SHARE in typed:
        return combine(typed.split(TYPED_SHARE)[1:])
    begun = TYPED.fullmatch(typed)
    code = (begun[1] if begun else typed).translate(IN_CODE)
    if len(code) == LENGTH and _is_whole(PREFIX + code):
        return PREFIX + code
    if begun:
        raise UserError(
            "recovery.code",
            _("The recovery code is not whole or has a typing mistake."),
            advice=_("Compare it with the paper, letter by letter."),
        )
    return ""


def _bare(text: str) -> str:
    """The letters and digits of what was typed: capital, Latin, without blanks and dashes."""
    letters = unicodedata.normalize("NFKC", text).upper().translate(CYRILLIC)
    latin = (str(unicodedata.digit(letter)) if letter.isdecimal() else letter for letter in letters)
    return "".join(letter for letter in latin if letter.isalnum())


def _is_whole(secret: str) -> bool:
    """Whether the check letters at its end fit."""
    try:
        pyrage.x25519.Identity.from_str(secret)
    except pyrage.IdentityError:
        return False
    return True


def split(secret: str, needed: int, total: int) -> list[str]:
    """`total` shares of a recovery code; any `needed` of them give it back."""
    if not 2 <= needed <= total <= 16:
        raise UserError(
            "recovery.split",
            _("A code is split among 2 to 16 people, and 2 of them at least are needed to put it together."),
        )
    content, family = _packed(secret), secrets.token_bytes(2)
    polynomials = [bytes([byte]) + secrets.token_bytes(needed - 1) for byte in content]
    return [
        _written(bytes([needed, x]) + family + bytes(value_at(polynomial, x) for polynomial in polynomials))
        for x in range(1, total + 1)
    ]


def combine(written: Iterable[str]) -> str:
    """The recovery code that shares give together; a UserError says what is missing or mistyped."""
    shares = {share[1]: share for share in map(_read, written)}
    first = next(iter(shares.values()), None)
    if first is None or any(share[0] != first[0] or share[2:4] != first[2:4] for share in shares.values()):
        raise UserError("recovery.mixed", _("These shares do not belong to one recovery code."))
    if len(shares) < first[0]:
        raise UserError(
            "recovery.too-few",
            _("{n} shares are needed, and there are only {there}.").format(n=first[0], there=len(shares)),
        )
    some = list(shares.values())[: first[0]]
    points = [share[1] for share in some]
    return _unpacked(bytes(at_zero(points, [share[4 + i] for share in some]) for i in range(SIZE)))


def _written(content: bytes) -> str:
    text = base64.b32encode(content + hashlib.sha256(content).digest()[:4]).decode().rstrip("=")
    return "-".join((SHARE, *(text[i : i + 4] for i in range(0, len(text), 4))))


def _read(written: str) -> bytes:
    for meant in IN_SHARE:
        text = written.translate(meant)
        try:
            content = base64.b32decode(text + "=" * (-len(text) % 8))
        except binascii.Error:
            continue
        share, check = content[:-4], content[-4:]
        if len(share) == SIZE + 4 and hashlib.sha256(share).digest()[:4] == check:
            return share
    raise UserError(
        "recovery.share",
        _("A share is not whole or has a typing mistake: it begins {begin}.").format(begin=written[:8]),
        advice=_("Compare it with the paper, letter by letter."),
    )


def _packed(secret: str) -> bytes:
    number = 0
    for letter in secret.removeprefix(PREFIX):
        number = number * 32 + LETTERS.index(letter)
    return number.to_bytes(SIZE)


def _unpacked(content: bytes) -> str:
    number, letters = int.from_bytes(content), []
    for _place in range(58):
        number, index = divmod(number, 32)
        letters.append(LETTERS[index])
    return PREFIX + "".join(reversed(letters))


def product(a: int, b: int) -> int:
    """The product in GF(256), modulo x^8 + x^4 + x^3 + x + 1."""
    result = 0
    while b:
        if b & 1:
            result ^= a
        a = (a << 1) ^ (0x11B if a & 0x80 else 0)
        b >>= 1
    return result


def inverse(a: int) -> int:
    """What `a` is multiplied with to give 1: its 254th power."""
    result = 1
    for _time in range(254):
        result = product(result, a)
    return result


def value_at(polynomial: bytes, x: int) -> int:
    """The value of a polynomial, constant first, at x."""
    result = 0
    for coefficient in reversed(polynomial):
        result = product(result, x) ^ coefficient
    return result


def at_zero(points: Sequence[int], values: Sequence[int]) -> int:
    """The value at 0 of the polynomial through these points, by Lagrange."""
    result = 0
    for weight, value in zip(_weights(tuple(points)), values, strict=True):
        result ^= product(weight, value)
    return result


@lru_cache(maxsize=16)
def _weights(points: tuple[int, ...]) -> list[int]:
    """How much the value at each point counts at 0."""
    found = []
    for x in points:
        weight = 1
        for other in points:
            if other != x:
                weight = product(weight, product(other, inverse(other ^ x)))
        found.append(weight)
    return found
