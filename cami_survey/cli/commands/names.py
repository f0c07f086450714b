"""names show, seal, stop, share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cami_survey.base.texts import _
from cami_survey.cli.command import Command, survey_of, takes_survey
from cami_survey.cli.reply import Reply, table

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from cami_survey.operations.identity import Standing

KEYS = ("recipients", "questions", "opened", "closed")


def commands() -> list[Command]:
    """The commands of this module."""
    return [
        Command(
            ("names", "show"),
            _("Show for whom names are sealed in this copy, of which questions, and what is sealed here."),
            "ala-too.cami",
            takes_survey,
            show,
            keys=KEYS,
        ),
        Command(
            ("names", "seal"),
            _("Seal names and contacts for other people than the answers, from the next saving on."),
            "ala-too.cami --to age1… --also interviewer",
            _takes_seal,
            seal,
            keys=KEYS,
        ),
        Command(
            ("names", "stop"),
            _("Seal no new names; what is sealed stays so."),
            "ala-too.cami",
            takes_survey,
            stop,
            keys=KEYS,
        ),
        Command(
            ("names", "share"),
            _("Let others open the sealed names that this file can open, too."),
            "ala-too.cami --to age1…",
            _takes_readers,
            share,
            keys=("keys",),
        ),
    ]


def _takes_readers(parser: ArgumentParser) -> None:
    takes_survey(parser)
    text = _("who can read names: an age recipient (age1…), a name this survey knows, or a file with a recipient")
    parser.add_argument("--to", action="append", required=True, metavar="RECIPIENT", help=text)


def _takes_seal(parser: ArgumentParser) -> None:
    _takes_readers(parser)
    also, leave = _("seal this question, too (its name)"), _("do not seal this question (its name)")
    parser.add_argument("--also", action="append", default=[], metavar="NAME", help=also)
    parser.add_argument("--leave", action="append", default=[], metavar="NAME", help=leave)


def show(arguments: Namespace) -> Reply:
    """Show how names are kept apart."""
    from cami_survey.operations import identity

    with survey_of(arguments) as survey:
        found = identity.standing(survey)
    return Reply(_as_dict(found), _lines(found))


def seal(arguments: Namespace) -> Reply:
    """Seal names from now on."""
    from cami_survey.operations import identity

    with survey_of(arguments) as survey:
        outcome = identity.seal(survey, arguments.to, also=arguments.also, leave=arguments.leave)
    return Reply(_as_dict(outcome.value), _lines(outcome.value), outcome.notices)


def stop(arguments: Namespace) -> Reply:
    """Seal no new names."""
    from cami_survey.operations import identity

    with survey_of(arguments) as survey:
        outcome = identity.stop(survey)
        found = identity.standing(survey)
    return Reply(_as_dict(found), [], outcome.notices)


def share(arguments: Namespace) -> Reply:
    """Hand the keys on."""
    from cami_survey.operations import identity

    with survey_of(arguments) as survey:
        outcome = identity.share(survey, arguments.to)
    return Reply({"keys": outcome.value}, [], outcome.notices)


def _as_dict(found: Standing) -> dict[str, Any]:
    questions = [
        {"form": one.form_id, "version": one.form_version, "name": one.name, "label": one.label}
        | {"sealed": bool(found.recipients) and not one.against, "against": one.against}
        for one in found.questions
    ]
    people = [{"name": name, "recipient": recipient} for name, recipient in found.recipients]
    return {"recipients": people, "questions": questions, "opened": found.opened, "closed": found.closed}


def _lines(found: Standing) -> list[str]:
    nobody = _("Names are not sealed. Begin with: names seal")
    people = table([_("Name"), _("Recipient")], found.recipients, nobody)
    rows = [(one.form_id, one.name, one.label, one.against) for one in found.questions]
    asked = table([_("Form"), _("Question"), _("Words"), _("Not sealed because")], rows, _("No form asks for a name."))
    counted = _("Interviews with sealed answers: {opened} can be read here, {closed} cannot.")
    return [*people, "", *asked, "", counted.format(opened=found.opened, closed=found.closed)]
