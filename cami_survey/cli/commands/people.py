"""device show, code, list, enrol, revoke; recipient list, add."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cami_survey.base.texts import _
from cami_survey.cli.command import Command, survey_of, takes_survey
from cami_survey.cli.reply import Reply, pairs, table

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from cami_survey.base.records import DeviceInfo


def commands() -> list[Command]:
    """The commands of this module."""
    return [
        Command(
            ("device", "show"),
            _("Show who this file is: the fingerprint to read aloud, and the recipient to hand over."),
            "ala-too.cami --qr card.svg",
            _takes_card,
            show_device,
            keys=(
                "survey",
                "name",
                "facilitator",
                "fingerprint",
                "device",
                "public_key",
                "recipient",
                "code",
                "card_code",
            ),
        ),
        Command(
            ("device", "enrol"),
            _("Trust a laptop by the short code it reads aloud, or by its card code."),
            "ala-too.cami K7QX-2MDP-9RTA",
            _takes_code,
            enrol_device,
            keys=("device", "name"),
        ),
        Command(
            ("device", "revoke"),
            _("Trust a laptop no longer; what it wrote before stays."),
            "ala-too.cami KG-05",
            _takes_device,
            revoke_device,
            keys=("device", "name"),
        ),
        Command(
            ("device", "list"),
            _("List the devices this survey knows."),
            "ala-too.cami",
            takes_survey,
            list_devices,
            keys=("devices",),
        ),
        Command(
            ("recipient", "list"),
            _("List whom packages are encrypted for."),
            "ala-too.cami",
            takes_survey,
            list_recipients,
            keys=("recipients",),
        ),
        Command(
            ("recipient", "add"),
            _("Encrypt packages for somebody from now on."),
            "ala-too.cami consultant age1…",
            _takes_recipient,
            add_recipient,
            keys=("name", "recipient"),
        ),
    ]


def _takes_card(parser: ArgumentParser) -> None:
    takes_survey(parser)
    parser.add_argument("--qr", type=Path, metavar="OUT.svg", help=_("write the card code as a QR code, too"))


def _takes_code(parser: ArgumentParser) -> None:
    takes_survey(parser)
    parser.add_argument("code", metavar="CODE", help=_("the short code of the other laptop, or its card code"))


def enrol_device(arguments: Namespace) -> Reply:
    """Trust a laptop."""
    from cami_survey.operations import laptops

    with survey_of(arguments) as survey:
        outcome = laptops.enrol(survey, arguments.code)
    return Reply(_as_device(outcome.value), notices=outcome.notices)


def _as_device(device: DeviceInfo | None) -> dict[str, str | None]:
    return {"device": device.id if device else None, "name": device.name if device else None}


def _takes_device(parser: ArgumentParser) -> None:
    takes_survey(parser)
    parser.add_argument("device", metavar="DEVICE", help=_("the laptop: its name, number or short code"))


def revoke_device(arguments: Namespace) -> Reply:
    """Trust a laptop no longer."""
    from cami_survey.operations import laptops

    with survey_of(arguments) as survey:
        outcome = laptops.revoke(survey, arguments.device)
    return Reply(_as_device(outcome.value), notices=outcome.notices)


def show_device(arguments: Namespace) -> Reply:
    """Show the card of this file."""
    from cami_survey.operations import laptops, packages

    with survey_of(arguments) as survey:
        card = packages.card(survey)
        card |= {"code": laptops.code_of(survey), "card_code": laptops.card_code(survey)}
    if arguments.qr is not None:
        arguments.qr.write_text(laptops.qr_code(card["card_code"]), "utf-8")
    titles = {
        "survey": _("Survey"),
        "name": _("Device"),
        "facilitator": _("Facilitator"),
        "code": _("Short code"),
        "fingerprint": _("Fingerprint"),
        "recipient": _("Recipient"),
        "card_code": _("Card code"),
    }
    return Reply({**card}, pairs([(title, card[name]) for name, title in titles.items()]))


def list_devices(arguments: Namespace) -> Reply:
    """List known devices."""
    from cami_survey.operations.packages import fingerprint

    with survey_of(arguments) as survey:
        devices = survey.devices()
    rows = [(str(d.number), d.name, d.facilitator, fingerprint(d.id), _trust(d)) for d in devices]
    value = [
        {
            "device": d.id,
            "number": d.number,
            "name": d.name,
            "facilitator": d.facilitator,
            "recipient": d.recipient,
            "trusted": d.trusted,
            "revoked": d.revoked,
            "this_file": d.this_file,
        }
        for d in devices
    ]
    headings = [_("Number"), _("Device"), _("Facilitator"), _("Fingerprint"), _("State")]
    return Reply({"devices": value}, table(headings, rows))


def _trust(device: DeviceInfo) -> str:
    if device.this_file:
        return _("this file")
    if device.revoked:
        return _("no longer trusted")
    return _("trusted") if device.trusted else _("heard of through others")


def list_recipients(arguments: Namespace) -> Reply:
    """List recipients."""
    with survey_of(arguments) as survey:
        found = survey.recipients()
    lines = table([_("Name"), _("Recipient")], found, _("Nobody yet. Add somebody with: recipient add"))
    return Reply({"recipients": [{"name": name, "recipient": key} for name, key in found]}, lines)


def _takes_recipient(parser: ArgumentParser) -> None:
    takes_survey(parser)
    parser.add_argument("name", metavar="NAME", help=_("what to call them"))
    recipient = _("an age recipient (age1…) or a file that holds one")
    parser.add_argument("recipient", metavar="RECIPIENT", help=recipient)


def add_recipient(arguments: Namespace) -> Reply:
    """Add a recipient."""
    from cami_survey.operations import packages

    with survey_of(arguments) as survey:
        outcome = packages.add_recipient(survey, arguments.name, arguments.recipient)
    return Reply({"name": arguments.name, "recipient": outcome.value}, notices=outcome.notices)
