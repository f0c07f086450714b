"""review list, mark, ask, reply, send."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cami_survey.base.texts import _
from cami_survey.cli.command import Command, survey_of, takes_out_folder, takes_plain, takes_recipients, takes_survey
from cami_survey.cli.reply import Reply, table

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterator

    from cami_survey.operations.reviews import Query, Review


def commands() -> list[Command]:
    """The commands of this module."""
    return [
        Command(
            ("review", "list"),
            _("List the interviews that were reviewed, with their queries and replies."),
            "ala-too.cami",
            takes_survey,
            list_reviews,
            keys=("reviews",),
        ),
        Command(
            ("review", "mark"),
            _("Say how far interviews are: received, issues, approved or rejected."),
            "ala-too.cami approved KG-H0123 KG-H0124",
            _takes_mark,
            mark,
        ),
        Command(
            ("review", "ask"),
            _("Ask about an answer; the query stands at its question."),
            'ala-too.cami KG-H0123 stock_n "Really 500 yaks?"',
            _takes_words,
            ask,
        ),
        Command(
            ("review", "reply"),
            _("Answer a query without changing the answer."),
            'ala-too.cami KG-H0123 stock_n "Counted twice"',
            _takes_words,
            reply,
        ),
        Command(
            ("review", "send"),
            _("Write the interviews with open queries into a folder, for those who are to answer them."),
            "ala-too.cami /media/stick --to KG-05",
            _takes_send,
            send,
            keys=("package", "records", "recipients", "plain"),
        ),
    ]


def list_reviews(arguments: Namespace) -> Reply:
    """List reviews."""
    from cami_survey.operations import reviews

    with survey_of(arguments) as survey:
        found = reviews.reviews(survey).value
    rows = [row for one in found for row in _rows(one)]
    headings = [_("Interview"), _("State"), _("Field"), _("Query"), _("Reply")]
    return Reply({"reviews": [_as_dict(one) for one in found]}, table(headings, rows, _("Nothing was reviewed yet.")))


def _rows(one: Review) -> Iterator[tuple[str, ...]]:
    from cami_survey.operations.reviews import state_words

    name, state = one.code or one.record, state_words(one.state)
    for query in one.queries:
        yield name, state, query.field, query.text, _said(query)
    if not one.queries:
        yield name, state, "", "", ""


def _said(query: Query) -> str:
    if query.reply is None:
        return _("open")
    return _("the answer was changed") if query.changed else query.reply


def _as_dict(one: Review) -> dict[str, Any]:
    queries = [{"field": query.field, "text": query.text, "reply": query.reply} for query in one.queries]
    return {"record": one.record, "code": one.code, "state": one.state, "device": one.device, "queries": queries}


def _takes_mark(parser: ArgumentParser) -> None:
    takes_survey(parser)
    parser.add_argument("state", metavar="STATE", help=_("received, issues, approved or rejected"))
    parser.add_argument("records", metavar="RECORD", nargs="+", help=_("the interviews: their ids or codes"))


def mark(arguments: Namespace) -> Reply:
    """Mark interviews."""
    from cami_survey.operations import reviews

    with survey_of(arguments) as survey:
        outcome = reviews.mark(survey, arguments.records, arguments.state)
    return Reply(notices=outcome.notices)


def _takes_words(parser: ArgumentParser) -> None:
    takes_survey(parser)
    parser.add_argument("record", metavar="RECORD", help=_("the interview: its id or code"))
    parser.add_argument("field", metavar="FIELD", help=_("the field, or the name of its question"))
    parser.add_argument("text", metavar="TEXT", help=_("what is asked or said; nothing takes it back"))


def ask(arguments: Namespace) -> Reply:
    """Ask about an answer."""
    from cami_survey.operations import reviews

    with survey_of(arguments) as survey:
        outcome = reviews.ask(survey, arguments.record, arguments.field, arguments.text)
    return Reply(notices=outcome.notices)


def reply(arguments: Namespace) -> Reply:
    """Answer a query."""
    from cami_survey.operations import reviews

    with survey_of(arguments) as survey:
        outcome = reviews.reply(survey, arguments.record, arguments.field, arguments.text)
    return Reply(notices=outcome.notices)


def _takes_send(parser: ArgumentParser) -> None:
    takes_survey(parser)
    takes_out_folder(parser)
    takes_recipients(parser)
    takes_plain(parser)


def send(arguments: Namespace) -> Reply:
    """Write the query file."""
    from cami_survey.operations import reviews

    with survey_of(arguments) as survey:
        outcome = reviews.send(survey, arguments.folder, to=arguments.to, plain=arguments.plain)
    packed = outcome.value
    value = {
        "package": str(packed.path),
        "records": packed.records,
        "recipients": list(packed.recipients),
        "plain": packed.plain,
    }
    return Reply(value, [str(packed.path)], outcome.notices)
