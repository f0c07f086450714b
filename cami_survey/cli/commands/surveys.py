"""new, verify, backup, restore."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cami_survey.base import settings
from cami_survey.base.errors import UserError
from cami_survey.base.notices import Notice
from cami_survey.base.texts import _
from cami_survey.cli.command import Command, closing, key_of, survey_of, takes_survey
from cami_survey.cli.reply import Reply, pairs

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace


def commands() -> list[Command]:
    """The commands of this module."""
    return [
        Command(
            ("new",),
            _("Make a new survey file."),
            'ala-too.cami --title "Ala-Too 2026" --device KG-01',
            _takes_new,
            new,
            keys=("survey", "title", "encrypted", "device", "recipient"),
        ),
        Command(
            ("verify",),
            _("Check every hash, signature and page of a survey file."),
            "ala-too.cami",
            takes_survey,
            verify,
            keys=("problems", "counts"),
        ),
        Command(
            ("backup",),
            _("Save a checked copy of a survey file."),
            "ala-too.cami",
            _takes_backup,
            backup,
            keys=("backup",),
        ),
        Command(
            ("restore",),
            _("Make a survey file from a backup."),
            "backup.cami ala-too.cami",
            _takes_restore,
            restore,
            keys=("survey",),
        ),
    ]


def _takes_new(parser: ArgumentParser) -> None:
    parser.add_argument("survey", metavar="FILE.cami", type=Path, help=_("the survey file to make"))
    parser.add_argument("--title", default="", help=_("what the survey is called; the file's name if left out"))
    parser.add_argument("--device", default="", metavar="NAME", help=_("what this laptop is called"))
    parser.add_argument("--facilitator", default="", metavar="NAME", help=_("who works on this laptop"))


def new(arguments: Namespace) -> Reply:
    """Make a survey file, encrypted if a key file is named."""
    from cami_survey.operations import surveys

    defaults = settings.load()
    outcome = surveys.create(
        arguments.survey,
        title=arguments.title,
        key=key_of(arguments, arguments.survey),
        device_name=arguments.device or defaults.device_name,
        facilitator=arguments.facilitator or defaults.facilitator,
    )
    with closing(outcome.value) as survey:
        value = {
            "survey": str(survey.path),
            "title": survey.title,
            "encrypted": survey.encrypted,
            "device": survey.device.id,
            "recipient": survey.device.recipient,
        }
        notices = outcome.notices if survey.device.name else (*outcome.notices, _nameless())
    return Reply(value, notices=notices)


def _nameless() -> Notice:
    """Nothing on the computer is taken for a name by itself: a host name tells whose it is to all who get a package."""
    text = _(
        "The laptop has no name: nobody can tell by whom its packages are. --device gives one, later the settings."
    )
    return Notice("survey.nameless", text, "warning")


def _counted() -> dict[str, str]:
    """What a check counts, in words."""
    return {
        "revisions": _("Revisions"),
        "forms": _("Forms"),
        "attachments": _("Files"),
        "devices": _("Devices"),
        "withdrawals": _("Withdrawals of consent"),
        "statements": _("Statements about the survey"),
    }


def verify(arguments: Namespace) -> Reply:
    """Check a survey file."""
    from cami_survey.operations import surveys

    with survey_of(arguments) as survey:
        outcome = surveys.verify(survey)
    found = outcome.value
    value = {"problems": [str(problem) for problem in found.problems], "counts": dict(found.counts)}
    names = _counted()
    lines = pairs([(names.get(name, name), str(number)) for name, number in found.counts.items()])
    if found.ok:
        return Reply(value, lines, outcome.notices)
    advice = _("Restore a backup, or merge the packages of the other laptops into a new survey.")
    refusal = UserError("survey.damaged", outcome.notices[0].text, advice=advice, where=str(arguments.survey))
    return Reply(value, lines, outcome.notices, refusal)


def _takes_backup(parser: ArgumentParser) -> None:
    takes_survey(parser)
    parser.add_argument(
        "--to", type=Path, metavar="COPY.cami", help=_("where to; among the file's own backups if left out")
    )


def backup(arguments: Namespace) -> Reply:
    """Save a checked copy."""
    from cami_survey.operations import surveys

    with survey_of(arguments) as survey:
        outcome = surveys.backup(survey, arguments.to)
    return Reply({"backup": str(outcome.value)}, [str(outcome.value)], outcome.notices)


def _takes_restore(parser: ArgumentParser) -> None:
    parser.add_argument("backup", metavar="BACKUP", type=Path, help=_("the backup"))
    parser.add_argument(
        "survey",
        metavar="FILE.cami",
        type=Path,
        help=_("the survey file to make; one that is there is kept under another name"),
    )


def restore(arguments: Namespace) -> Reply:
    """Make a survey file from a backup."""
    from cami_survey.operations import surveys

    outcome = surveys.restore(arguments.backup, arguments.survey, key=key_of(arguments, arguments.backup))
    return Reply({"survey": str(outcome.value)}, [str(outcome.value)], outcome.notices)
