"""review list, mark, show, ask, reply, ask-again, close, queries, send."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cami_survey.base.reviews import STATES
from cami_survey.base.texts import _
from cami_survey.cli.command import Command, survey_of, takes_survey
from cami_survey.cli.reply import Reply, pairs, table

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from cami_survey.base.notices import Outcome
    from cami_survey.base.reviews import Query, Review
    from cami_survey.operations.reviews import Task
    from cami_survey.store.api import SurveyFile

SAID = ("query", "field", "state", "text", "said")
SHOWN_ID = 10
MOST = 1_000_000


def commands() -> list[Command]:
    """The commands of this module."""
    return [
        Command(
            ("review", "list"),
            _("List interviews with the state of their review, and count the states."),
            "ala-too.cami --state issues",
            _takes_list,
            list_reviews,
            keys=("counts", "records"),
        ),
        Command(
            ("review", "show"),
            _("Show the review of an interview: its state, who set it, and all queries."),
            "ala-too.cami KG-H0123",
            _takes_record,
            show_review,
            keys=("record", "state", "parallel", "changed_since", "steps", "queries"),
        ),
        Command(
            ("review", "mark"),
            _("Set the state of the review of interviews: received, issues, approved or rejected."),
            "ala-too.cami approved KG-H0123 KG-H0124",
            _takes_set,
            set_state,
            keys=("state", "records"),
        ),
        Command(
            ("review", "ask"),
            _("Ask about an answer of an interview; the query goes out with the next package."),
            "ala-too.cami KG-H0123 stock_n “Four thousand yaks?”",
            _takes_comment,
            comment,
            keys=SAID,
        ),
        Command(
            ("review", "queries"),
            _("List the queries that are not closed: what was asked, what was replied, what changed."),
            "ala-too.cami",
            _takes_queries,
            queries,
            keys=("queries",),
        ),
        Command(
            ("review", "reply"),
            _("Reply to a query."),
            "ala-too.cami 3f9a1c02 “Counted with his son: four hundred”",
            _takes_said,
            reply,
            keys=SAID,
        ),
        Command(
            ("review", "ask-again"),
            _("Ask once more in a query that was replied to."),
            "ala-too.cami 3f9a1c02 “And the horses?”",
            _takes_said,
            ask,
            keys=SAID,
        ),
        Command(
            ("review", "close"),
            _("Close a query: it is settled."),
            "ala-too.cami 3f9a1c02",
            _takes_close,
            close,
            keys=SAID,
        ),
        Command(
            ("review", "send"),
            _("Write query files: the interviews with open queries, a package for each laptop that held them."),
            "ala-too.cami /media/stick",
            _takes_write,
            write,
            keys=("packages",),
        ),
    ]


@contextmanager
def _caught_up(arguments: Namespace) -> Iterator[SurveyFile]:
    """The survey, with the reviews of files of before taken over."""
    from cami_survey.operations.summaries import catch_up

    with survey_of(arguments) as survey:
        if not survey.read_only:
            catch_up(survey)
        yield survey


def _takes_list(parser: ArgumentParser) -> None:
    takes_survey(parser)
    parser.add_argument("--state", choices=STATES, help=_("only interviews in this state"))


def list_reviews(arguments: Namespace) -> Reply:
    """List interviews by state."""
    from cami_survey.operations.reviews import state_name

    with _caught_up(arguments) as survey:
        counts = dict(survey.review_counts())
        found = survey.rows(arguments.state or "all", limit=MOST)
    value = [
        {"record": row.record, "code": row.summary.code, "form_id": row.form_id, "state": row.review or "received"}
        | {"queries": row.queries, "changed_since": row.changed_since}
        for row in found
    ]
    lines = table(
        [_("Interview"), _("Form"), _("Review"), _("Queries"), ""],
        [
            (
                row.summary.code or row.record,
                row.form_title,
                state_name(row.review),
                str(row.queries or ""),
                _("changed since") if row.changed_since else "",
            )
            for row in found
        ],
        _("There are no such interviews."),
    )
    return Reply({"counts": counts, "records": value}, lines)


def _takes_record(parser: ArgumentParser) -> None:
    takes_survey(parser)
    parser.add_argument("record", metavar="RECORD", help=_("its id, the beginning of it, or its code"))


def show_review(arguments: Namespace) -> Reply:
    """Show one review."""
    from cami_survey.operations.reviews import query_as_dict, state_name

    with _caught_up(arguments) as survey:
        record = survey.find(arguments.record)
        review = survey.review(record)
        changed = review.changed_since(survey.view(record).heads)
    told = [(_("Review"), state_name(review.state))]
    told += [(_("Changed since"), _("yes"))] if changed else []
    told += [(_("Set side by side"), ", ".join(state_name(one.state) for one in _standing(review)))]
    steps = [(f"{one.at:%Y-%m-%d %H:%M}", one.by, state_name(one.state), one.reason) for one in review.steps]
    said = [
        (query.id[:SHOWN_ID], query.field, one.by, one.topic.partition(".")[2], one.text)
        for query in review.queries
        for one in query.said
    ]
    lines = pairs(told if review.parallel else told[:-1])
    lines += ["", *table([_("When"), _("Who"), _("Review"), _("Reason")], steps)] if steps else []
    lines += ["", *table([_("Query"), _("Field"), _("Who"), "", _("Text")], said)] if said else []
    value: dict[str, Any] = {"record": record, "state": review.state, "parallel": review.parallel}
    value |= {"changed_since": changed, "queries": [query_as_dict(query) for query in review.queries]}
    value["steps"] = [
        {"state": one.state, "reason": one.reason, "by": one.by, "at": one.at.isoformat()} for one in review.steps
    ]
    return Reply(value, lines)


def _standing(review: Review) -> list[Any]:
    return [one for one in review.steps if one.id in review.heads]


def _takes_set(parser: ArgumentParser) -> None:
    takes_survey(parser)
    parser.add_argument("state", metavar="STATE", help=_("received, issues, approved or rejected"))
    parser.add_argument("records", metavar="RECORD", nargs="+", help=_("ids or codes of interviews"))
    parser.add_argument("--reason", default="", help=_("why; a rejection needs one"))


def set_state(arguments: Namespace) -> Reply:
    """Set the state of some interviews, all or none."""
    from cami_survey.operations import reviews

    with _caught_up(arguments) as survey:
        records = [survey.find(text) for text in arguments.records]
        outcome = reviews.set_state(survey, records, arguments.state, arguments.reason)
    return Reply({"state": arguments.state, "records": records}, [], outcome.notices)


def _takes_comment(parser: ArgumentParser) -> None:
    _takes_record(parser)
    question = _("the question: its field, its path, or its name; “-” for the whole interview")
    parser.add_argument("question", metavar="QUESTION", help=question)
    parser.add_argument("text", metavar="TEXT", help=_("what is to be looked at"))


def comment(arguments: Namespace) -> Reply:
    """Comment on a question."""
    from cami_survey.operations import reviews

    with _caught_up(arguments) as survey:
        question = "" if arguments.question == "-" else arguments.question
        return _said(reviews.comment(survey, survey.find(arguments.record), question, arguments.text))


def _said(outcome: Outcome[Query]) -> Reply:
    from cami_survey.operations.reviews import query_as_dict

    return Reply(query_as_dict(outcome.value), [outcome.value.id[:SHOWN_ID]], outcome.notices)


def _takes_queries(parser: ArgumentParser) -> None:
    takes_survey(parser)
    parser.add_argument("--language", help=_("the language of the questions"))


def queries(arguments: Namespace) -> Reply:
    """List what is not closed."""
    from cami_survey.operations import reviews

    with _caught_up(arguments) as survey:
        found = reviews.tasks(survey, language=arguments.language)
    headings = [_("Query"), _("Interview"), _("Question"), _("Asked"), _("Answer"), _("Reply")]
    lines = table(headings, [_cells(task) for task in found], _("No query is open."))
    return Reply({"queries": [task.as_dict() for task in found]}, lines)


def _cells(task: Task) -> tuple[str, ...]:
    reply = task.query.reply
    answer = f"{task.before or '—'} → {task.now or '—'}" if task.changed else task.now
    said = reply.text if reply is not None and task.query.state == "answered" else ""
    return (task.query.id[:SHOWN_ID], task.code or task.record, task.label, task.query.text, answer, said)


def _takes_query(parser: ArgumentParser) -> None:
    takes_survey(parser)
    parser.add_argument("query", metavar="QUERY", help=_("the first letters of its id, as `review queries` shows it"))


def _takes_said(parser: ArgumentParser) -> None:
    _takes_query(parser)
    parser.add_argument("text", metavar="TEXT", help=_("what is said"))


def _takes_close(parser: ArgumentParser) -> None:
    _takes_query(parser)
    parser.add_argument("--text", default="", help=_("a last word"))


def reply(arguments: Namespace) -> Reply:
    """Reply to a query."""
    from cami_survey.operations import reviews

    with _caught_up(arguments) as survey:
        return _said(reviews.reply(survey, reviews.query_named(survey, arguments.query), arguments.text))


def ask(arguments: Namespace) -> Reply:
    """Ask once more."""
    from cami_survey.operations import reviews

    with _caught_up(arguments) as survey:
        return _said(reviews.ask_again(survey, reviews.query_named(survey, arguments.query), arguments.text))


def close(arguments: Namespace) -> Reply:
    """Close a query."""
    from cami_survey.operations import reviews

    with _caught_up(arguments) as survey:
        return _said(reviews.close(survey, reviews.query_named(survey, arguments.query), arguments.text))


def _takes_write(parser: ArgumentParser) -> None:
    takes_survey(parser)
    parser.add_argument("folder", metavar="OUT_DIR", type=Path, help=_("the folder to write into"))
    to = _("write one package for these instead: age recipients, names known to the survey, files with a recipient")
    parser.add_argument("--to", nargs="+", action="extend", default=[], metavar="RECIPIENT", help=to)
    parser.add_argument("--plain", action="store_true", help=_("sign without encrypting: anybody can read it"))


def write(arguments: Namespace) -> Reply:
    """Write query files."""
    from cami_survey.operations import queries as operations

    with _caught_up(arguments) as survey:
        outcome = operations.write(survey, arguments.folder, to=arguments.to, plain=arguments.plain)
    value = [
        {"device": one.device, "package": str(one.packed.path), "records": one.packed.records, "queries": one.queries}
        for one in outcome.value
    ]
    headings = [_("Laptop"), _("Interviews"), _("Queries"), _("Package")]
    rows = [(one.device, str(one.packed.records), str(one.queries), str(one.packed.path)) for one in outcome.value]
    return Reply({"packages": value}, table(headings, rows), outcome.notices)
