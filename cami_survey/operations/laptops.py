"""Laptops: let them in by a code, turn them away, and show this one to others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cami_survey.base.errors import UserError, nearest
from cami_survey.base.notices import Notice, Outcome, Touched
from cami_survey.base.texts import _

if TYPE_CHECKING:
    from cami_survey.base.records import DeviceInfo
    from cami_survey.store.api import SurveyFile

EXPECTED = "expected"
DARK = 128
DEVICES: frozenset[Touched] = frozenset({"devices"})


def code_of(survey: SurveyFile) -> str:
    """The short code of this laptop, to be read aloud."""
    from cami_survey.exchange import codes

    return codes.short_code(survey.device.id)


def card_code(survey: SurveyFile) -> str:
    """This laptop in one line, for a QR code or a message."""
    from cami_survey.exchange import codes

    return codes.card_code(survey.device)


def qr_code(text: str) -> str:
    """A text as a QR code, in SVG."""
    import zxingcpp

    drawn: str = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode).to_svg(scale=4)
    return drawn


def qr_squares(text: str) -> list[list[bool]]:
    """A text as a QR code: rows of squares, true where they are dark."""
    import zxingcpp

    drawn: Any = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode).to_image()
    rows: Any = memoryview(drawn).tolist()
    return [[value < DARK for value in row] for row in rows]


def enrol(survey: SurveyFile, code: str) -> Outcome[DeviceInfo | None]:
    """Trust the laptop of a card code, or of a short code that was read aloud.

    Of a short code nobody was heard of yet with, the laptop is awaited: its first package is taken. None is returned.
    """
    from cami_survey.exchange import codes

    if codes.is_card_code(code):
        return _trusted(survey, codes.read_card_code(code))
    short = codes.short_in(code)
    if short is None:
        raise UserError(
            "device.no-code",
            _("“{text}” is neither a short code nor a card code.").format(text=code[:40]),
            advice=_("A short code has twelve letters and digits, as K7QX-2MDP-9RTA."),
        )
    for device in survey.devices():
        if codes.short_code(device.id) == short and not device.this_file:
            return _trusted(survey, device)
    survey.remember(EXPECTED, " ".join(sorted({*expected(survey), short})))
    text = _("The first package of the laptop with the code {code} will be taken.").format(code=short)
    return Outcome(None, DEVICES, (Notice("device.expected", text),))


def expected(survey: SurveyFile) -> frozenset[str]:
    """The short codes of laptops that are awaited."""
    return frozenset(survey.recalled(EXPECTED).split())


def forget_expected(survey: SurveyFile, device_id: str) -> None:
    """The laptop has come; its code is awaited no more."""
    from cami_survey.exchange import codes

    awaited = expected(survey)
    left = awaited - {codes.short_code(device_id)} if awaited else awaited
    if left != awaited:
        survey.remember(EXPECTED, " ".join(sorted(left)))


def trust(survey: SurveyFile, device: DeviceInfo) -> Outcome[DeviceInfo | None]:
    """Trust a laptop whose fingerprint was compared."""
    return _trusted(survey, device)


def _trusted(survey: SurveyFile, device: DeviceInfo) -> Outcome[DeviceInfo | None]:
    if device.id == survey.device.id:
        raise UserError("device.own", _("This is the code of this laptop itself."))
    survey.enrol(device)
    forget_expected(survey, device.id)
    text = _("Packages of {name} are taken from now on.").format(name=device.name or device.number)
    found = next(known for known in survey.devices() if known.id == device.id)
    return Outcome(found, DEVICES, (Notice("device.enrolled", text),))


def revoke(survey: SurveyFile, text: str) -> Outcome[DeviceInfo]:
    """Trust a laptop (its name, number, code or fingerprint) no longer; what it wrote before stays. Can be undone."""
    device = named(survey, text)
    survey.revoke(device.id)

    def put_back() -> Outcome[None]:
        survey.enrol(device)
        return Outcome(None, DEVICES)

    said = _("Packages of {name} are refused from now on. What it wrote before stays.")
    notice = Notice("device.revoked", said.format(name=device.name or device.number))
    return Outcome(device, DEVICES, (notice,), put_back if device.trusted else None)


def named(survey: SurveyFile, text: str, *, own: bool = False) -> DeviceInfo:
    """The other laptop that a person means, or this one too with `own`; UserError if none is, or several are."""
    from cami_survey.exchange import codes

    others = [device for device in survey.devices() if own or not device.this_file]
    plain = "".join(text.split()).casefold()
    found = [
        device
        for device in others
        if text.strip().casefold() == device.name.casefold()
        or plain == str(device.number)
        or codes.short_in(text) == codes.short_code(device.id)
        or (len(plain) >= 8 and device.id.startswith(plain))
    ]
    if len(found) == 1:
        return found[0]
    if found:
        said = _("More than one laptop is called {name}.").format(name=text)
        raise UserError("device.ambiguous", said, advice=_("Give its number."), where=text)
    near = nearest(text, [device.name for device in others if device.name])
    raise UserError(
        "device.unknown",
        _("This survey knows no laptop “{name}”.").format(name=text),
        advice=_("Did you mean {name}?").format(name=near) if near else "",
        where=text,
    )
