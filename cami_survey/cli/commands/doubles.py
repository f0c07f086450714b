"""doubles list, distinct, join."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cami_survey.base.texts import _
from cami_survey.cli.command import Command, survey_of, takes_survey
from cami_survey.cli.reply import Reply, table

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from cami_survey.operations.doubles import Pair


def commands() -> list[Command]:
    """The commands of this module."""
    return [
        Command(
            ("doubles", "list"),
            _("List pairs of interviews that may be the same, across scripts, until somebody has judged them."),
            "ala-too.cami",
            takes_survey,
            list_doubles,
            keys=("pairs",),
        ),
        Command(
            ("doubles", "distinct"),
            _("Keep that two interviews are two; they are not offered again."),
            "ala-too.cami KG-H0123 KG-H0124",
            _takes_pair,
            distinct,
        ),
        Command(
            ("doubles", "join"),
            _("Let the first interview stand with the answers of both; the other goes to the bin."),
            "ala-too.cami KG-H0123 KG-H0124 --take /data/ident/adm2",
            _takes_join,
            join,
            keys=("record",),
        ),
    ]


def list_doubles(arguments: Namespace) -> Reply:
    """List pairs."""
    from cami_survey.operations import doubles

    with survey_of(arguments) as survey:
        found = doubles.pairs(survey).value
    headings = [_("Interview"), _("Name"), _("Interview"), _("Name"), _("Why"), "%"]
    lines = table(headings, [_cells(pair) for pair in found], _("No two interviews look alike."))
    return Reply({"pairs": [_as_dict(pair) for pair in found]}, lines)


def _cells(pair: Pair) -> tuple[str, ...]:
    first, second = pair.summaries
    why = _("same code") if pair.why == "code" else _("alike in name, place and day")
    return first.code or pair.one, first.name, second.code or pair.other, second.name, why, f"{pair.score:.0f}"


def _as_dict(pair: Pair) -> dict[str, Any]:
    return {"form_id": pair.form_id, "one": pair.one, "other": pair.other, "why": pair.why, "score": pair.score}


def _takes_pair(parser: ArgumentParser) -> None:
    takes_survey(parser)
    parser.add_argument("one", metavar="RECORD", help=_("an interview: its id or code"))
    parser.add_argument("other", metavar="OTHER", help=_("the other one: its id or code"))


def distinct(arguments: Namespace) -> Reply:
    """Keep two as two."""
    from cami_survey.operations import doubles

    with survey_of(arguments) as survey:
        outcome = doubles.distinct(survey, survey.find(arguments.one), survey.find(arguments.other))
    return Reply(notices=outcome.notices)


def _takes_join(parser: ArgumentParser) -> None:
    _takes_pair(parser)
    take = _("fields for which the answer of the other one stands")
    parser.add_argument("--take", nargs="+", action="extend", default=[], metavar="FIELD", help=take)


def join(arguments: Namespace) -> Reply:
    """Make one of two."""
    from cami_survey.operations import doubles

    with survey_of(arguments) as survey:
        one, other = survey.find(arguments.one), survey.find(arguments.other)
        outcome = doubles.join(survey, one, other, dict.fromkeys(arguments.take, "other"))
    return Reply({"record": outcome.value}, notices=outcome.notices)
