"""doubles list, show, distinct, join."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
            _("List pairs of interviews that may be one: the same code, or alike in name, place and day."),
            "ala-too.cami",
            _takes_list,
            list_pairs,
            keys=("pairs",),
        ),
        Command(
            ("doubles", "show"),
            _("Show the answers of two interviews side by side, as far as they differ."),
            "ala-too.cami KG-H0123 TJ-H0044",
            _takes_show,
            show,
            keys=("records", "differences"),
        ),
        Command(
            ("doubles", "join"),
            _("Make two interviews one: the first stays with the answers chosen, the other goes to the bin."),
            "ala-too.cami KG-H0123 TJ-H0044 --take /data/adm2",
            _takes_merge,
            merge,
            keys=("record", "gone", "revision"),
        ),
        Command(
            ("doubles", "distinct"),
            _("Say that two interviews are two, so that nobody is asked again."),
            "ala-too.cami KG-H0123 TJ-H0044",
            _takes_distinct,
            distinct,
            keys=("records",),
        ),
    ]


def _takes_list(parser: ArgumentParser) -> None:
    takes_survey(parser)
    parser.add_argument("--form", default="", help=_("only interviews of this form"))


def list_pairs(arguments: Namespace) -> Reply:
    """List the pairs."""
    from cami_survey.operations import doubles
    from cami_survey.operations.summaries import catch_up

    with survey_of(arguments) as survey:
        if not survey.read_only:
            catch_up(survey)
        if arguments.form:
            survey.form(arguments.form)
        found = doubles.pairs(survey, arguments.form)
    headings = [_("Interview"), _("Other"), _("Why"), _("Names"), _("Places"), _("Days")]
    lines = table(headings, [_cells(pair) for pair in found], _("No two interviews look like one."))
    return Reply({"pairs": [doubles.pair_as_dict(pair) for pair in found]}, lines)


def _cells(pair: Pair) -> tuple[str, ...]:
    one, other = pair.summaries
    why = _("same code") if pair.why == "code" else _("alike, {score} %").format(score=round(pair.score))
    return (
        one.code or pair.first,
        other.code or pair.second,
        why,
        f"{one.name} | {other.name}",
        f"{one.place} | {other.place}",
        f"{one.day} | {other.day}",
    )


def _takes_pair(parser: ArgumentParser) -> None:
    takes_survey(parser)
    parser.add_argument("first", metavar="RECORD", help=_("an interview: its id, the beginning of it, or its code"))
    parser.add_argument(
        "second", metavar="OTHER", help=_("the other interview; by its id where the codes are the same")
    )


def _takes_show(parser: ArgumentParser) -> None:
    _takes_pair(parser)
    parser.add_argument("--language", help=_("the language of the questions"))
    parser.add_argument("--all", action="store_true", help=_("also answers that are the same"))


def show(arguments: Namespace) -> Reply:
    """Show two interviews side by side."""
    from cami_survey.operations import doubles

    with survey_of(arguments) as survey:
        records = [survey.find(arguments.first), survey.find(arguments.second)]
        found = doubles.compare(survey, *records, language=arguments.language)
    shown = [one for one in found if one.differs or arguments.all]
    value = [
        {"field": one.field, "label": one.label, "values": list(one.values), "texts": list(one.texts)}
        | {"differs": one.differs}
        for one in shown
    ]
    rows = [(one.field, one.label, one.texts[0] or "—", one.texts[1] or "—") for one in shown]
    headings = [_("Field"), _("Question"), arguments.first, arguments.second]
    return Reply({"records": records, "differences": value}, table(headings, rows, _("All answers are the same.")))


def _takes_merge(parser: ArgumentParser) -> None:
    _takes_pair(parser)
    take = _("fields whose answer is that of the other interview; a repeat instance with all that is in it")
    parser.add_argument("--take", nargs="+", action="extend", default=[], metavar="FIELD", help=take)
    parser.add_argument("--reason", default="", help=_("why they are one"))


def merge(arguments: Namespace) -> Reply:
    """Make two interviews one."""
    from cami_survey.operations import doubles

    with survey_of(arguments) as survey:
        keep, other = survey.find(arguments.first), survey.find(arguments.second)
        outcome = doubles.merge(survey, keep, other, take=arguments.take, reason=arguments.reason)
    return Reply({"record": keep, "gone": other, "revision": outcome.value}, [], outcome.notices)


def _takes_distinct(parser: ArgumentParser) -> None:
    _takes_pair(parser)
    parser.add_argument("--reason", default="", help=_("how it is known"))


def distinct(arguments: Namespace) -> Reply:
    """Say that two interviews are two."""
    from cami_survey.operations import doubles

    with survey_of(arguments) as survey:
        records = [survey.find(arguments.first), survey.find(arguments.second)]
        outcome = doubles.distinct(survey, records[0], records[1], arguments.reason)
    return Reply({"records": records}, [], outcome.notices)
