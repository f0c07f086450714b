"""key change, key recovery, drill, salvage, withdraw."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cami_survey.base.errors import UserError
from cami_survey.base.texts import _
from cami_survey.cli.command import Command, closing, key_of, survey_of, takes_survey
from cami_survey.cli.reply import Reply, pairs

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace


def commands() -> list[Command]:
    """The commands of this module."""
    return [
        Command(
            ("key", "change"),
            _("Encrypt a survey file, give it another key, or take its key away."),
            "ala-too.cami --new-key-file new.key",
            _takes_change,
            change,
            keys=("survey", "encrypted"),
        ),
        Command(
            ("key", "recovery"),
            _("Make a code for paper that opens an encrypted survey when its key is lost."),
            "ala-too.cami code.html --split 2/3",
            _takes_recovery,
            recovery,
            keys=("sheets", "codes"),
        ),
        Command(
            ("drill",),
            _("Restore the newest backup on trial, check it and throw it away."),
            "ala-too.cami",
            takes_survey,
            drill,
            keys=("counts", "here", "then"),
        ),
        Command(
            ("salvage",),
            _("Save what can be proven of a damaged survey file into a new one."),
            "damaged.cami saved.cami",
            _takes_salvage,
            salvage,
            keys=("survey", "kept", "lost", "unproven"),
        ),
        Command(
            ("withdraw",),
            _("Drop an interview for good because its respondent took back consent."),
            "ala-too.cami KG-H0007 --yes",
            _takes_withdraw,
            withdraw,
            keys=("record", "forgotten", "backups"),
        ),
    ]


def _takes_change(parser: ArgumentParser) -> None:
    takes_survey(parser)
    new = parser.add_mutually_exclusive_group(required=True)
    new.add_argument("--new-key-file", type=Path, metavar="KEY", help=_("a file that holds the new key"))
    new.add_argument("--remove", action="store_true", help=_("store the survey without encryption from now on"))


def change(arguments: Namespace) -> Reply:
    """Encrypt, change the key, decrypt."""
    from cami_survey.operations import protection, surveys

    path: Path = arguments.survey
    key = key_of(arguments, path)
    new_key = None if arguments.remove else surveys.read_key(path, arguments.new_key_file)
    outcome = protection.change_key(path, key=key, new_key=new_key)
    return Reply({"survey": str(path), "encrypted": new_key is not None}, [], outcome.notices)


def _takes_recovery(parser: ArgumentParser) -> None:
    takes_survey(parser)
    parser.add_argument("sheet", metavar="SHEET.html", type=Path, help=_("the sheet to write, for printing"))
    parser.add_argument(
        "--split", metavar="K/N", default="1/1", help=_("N sheets of which any K open the survey together, such as 2/3")
    )


def recovery(arguments: Namespace) -> Reply:
    """Make a recovery code."""
    from cami_survey.operations import protection

    needed, _slash, total = arguments.split.partition("/")
    if not (needed.isdecimal() and total.isdecimal()):
        raise UserError("recovery.split", _("“{text}” is no split such as 2/3.").format(text=arguments.split))
    with survey_of(arguments) as survey:
        outcome = protection.make_recovery(survey, arguments.sheet, needed=int(needed), total=int(total))
        codes = survey.recovery_recipients()
    sheets = [str(path) for path in outcome.value]
    return Reply({"sheets": sheets, "codes": codes}, sheets, outcome.notices)


def drill(arguments: Namespace) -> Reply:
    """Try a backup out; the key is asked for once."""
    from cami_survey.operations import rescue, surveys

    key = key_of(arguments, arguments.survey)
    with closing(surveys.open_survey(arguments.survey, key=key).value) as survey:
        outcome = rescue.drill(survey, key=key)
    tried = outcome.value
    value = {"counts": dict(tried.found.counts), "here": tried.here, "then": tried.then}
    if tried.is_whole:
        return Reply(value, [], outcome.notices)
    return Reply(value, [], outcome.notices, UserError("drill.failed", outcome.notices[0].text))


def _takes_salvage(parser: ArgumentParser) -> None:
    parser.add_argument("damaged", metavar="DAMAGED.cami", type=Path, help=_("the damaged file; it is only read"))
    parser.add_argument("survey", metavar="NEW.cami", type=Path, help=_("the survey file to make"))


def salvage(arguments: Namespace) -> Reply:
    """Save what can be saved."""
    from cami_survey.operations import rescue

    outcome = rescue.salvage(arguments.damaged, arguments.survey, key=key_of(arguments, arguments.damaged))
    found = outcome.value
    value = {"survey": str(found.path), "kept": found.kept, "lost": found.lost, "unproven": found.unproven}
    names = {"revision": _("Revisions"), "form": _("Forms"), "attachment": _("Files")}
    lines = pairs([(names[kind], str(number)) for kind, number in found.kept.items()])
    return Reply(value, [*lines, *(_("lost: {what}").format(what=what) for what in found.lost)], outcome.notices)


def _takes_withdraw(parser: ArgumentParser) -> None:
    takes_survey(parser)
    parser.add_argument("record", metavar="CODE", help=_("the code of the interview, or its id"))
    parser.add_argument("--reason", default="", help=_("why, as it should stand in the fact that travels"))
    parser.add_argument("--backups", action="store_true", help=_("write the automatic backups anew without it too"))
    parser.add_argument("--yes", action="store_true", help=_("do it: this cannot be taken back"))


def withdraw(arguments: Namespace) -> Reply:
    """Forget an interview."""
    from cami_survey.operations import withdrawals

    with survey_of(arguments) as survey:
        record = survey.find(arguments.record)
        if not arguments.yes:
            raise UserError(
                "withdrawal.unsure",
                _("The answers of {code} would be gone for good.").format(code=arguments.record),
                advice=_("Add --yes to do it."),
                where=record,
            )
        outcome = withdrawals.withdraw(survey, arguments.record, reason=arguments.reason, in_backups=arguments.backups)
    done = outcome.value
    value = {"record": done.record, "forgotten": done.forgotten, "backups": [str(path) for path in done.backups]}
    return Reply(value, [], outcome.notices)
