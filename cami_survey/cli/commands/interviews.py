"""fill, list, show."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from cami_survey.base.errors import UserError
from cami_survey.base.notices import Notice
from cami_survey.base.records import RecordFilter
from cami_survey.base.texts import _, ngettext
from cami_survey.cli.command import Command, survey_of, takes_survey
from cami_survey.cli.reply import Reply, table

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterator

    from cami_survey.base.records import RecordRow
    from cami_survey.operations.details import Detail
    from cami_survey.operations.scripts import Filled

PAGE = 1000


def commands() -> list[Command]:
    """The commands of this module."""
    return [
        Command(
            ("fill",),
            _("Fill an interview from a script; without --draft it is finalised and every problem is listed."),
            "ala-too.cami herder_interview --steps steps.json",
            _takes_fill,
            fill,
            keys=("record", "revision", "state", "code", "problems"),
        ),
        Command(
            ("list",),
            _("List the interviews, newest change first."),
            "ala-too.cami --search at-bashy",
            _takes_list,
            list_records,
            keys=("records",),
        ),
        Command(
            ("show",),
            _("Show one interview: its answers and its history."),
            "ala-too.cami KG-H0123",
            _takes_show,
            show,
            keys=(
                "record",
                "code",
                "form_id",
                "form_version",
                "form_title",
                "state",
                "deleted",
                "answered",
                "total",
                "answers",
                "comments",
                "aside",
                "history",
                "conflicts",
            ),
        ),
    ]


def _takes_fill(parser: ArgumentParser) -> None:
    takes_survey(parser)
    parser.add_argument("form", metavar="FORM_ID", help=_("the form's id"))
    steps = _(
        'a JSON list of steps: {"set": ref, "value": v}, {"attach": ref, "file": path}, {"add_repeat": ref}, '
        '{"remove_repeat": ref}, {"language": l}, {"comment": ref, "text": t}, {"reason": ref, "text": t}; '
        "- reads standard input"
    )
    parser.add_argument("--steps", required=True, type=Path, metavar="STEPS.json", help=steps)
    parser.add_argument("--draft", action="store_true", help=_("keep the interview as a draft"))
    parser.add_argument("--record", help=_("change this interview (its id or code) instead of starting a new one"))
    parser.add_argument("--language", help=_("the form's language to fill it in"))
    parser.add_argument("--reason", default="", help=_("why a finished interview is changed; kept in its history"))


def fill(arguments: Namespace) -> Reply:
    """Fill an interview from a script."""
    from cami_survey.operations import interviews, scripts

    steps = scripts.read_steps(sys.stdin.buffer if str(arguments.steps) == "-" else arguments.steps)
    with survey_of(arguments) as survey:
        record = survey.find(arguments.record) if arguments.record else None
        outcome = interviews.fill(
            survey,
            arguments.form,
            steps,
            draft=arguments.draft,
            record=record,
            language=arguments.language,
            reason=arguments.reason,
        )
    filled = outcome.value
    value = filled.as_dict()
    if filled.ok:
        unchanged = Notice("interview.unchanged", _("Nothing was changed: the answers are those it had."), "info")
        return Reply(value, [filled.record], outcome.notices if filled.revision else [unchanged])
    return Reply(value, _problem_lines(filled), outcome.notices, _not_final(filled))


def _problem_lines(filled: Filled) -> list[str]:
    rows = [(problem.ref, problem.label, problem.reason) for problem in filled.problems]
    return table([_("Question"), _("Text"), _("Problem")], rows)


def _not_final(filled: Filled) -> UserError:
    number = len(filled.problems)
    text = ngettext("The interview was not kept: {n} problem.", "The interview was not kept: {n} problems.", number)
    return UserError(
        "interview.problems",
        text.format(n=number),
        advice=_("Correct the steps, or keep the interview as a draft with --draft."),
        where=filled.problems[0].ref,
    )


def _takes_list(parser: ArgumentParser) -> None:
    takes_survey(parser)
    parser.add_argument("--state", default="all", choices=get_args(RecordFilter), help=_("only these"))
    parser.add_argument("--search", default="", help=_("only those with these words (or beginnings of words)"))
    parser.add_argument("--form", default="", metavar="FORM_ID", help=_("only those of this form"))


def list_records(arguments: Namespace) -> Reply:
    """List interviews."""
    with survey_of(arguments) as survey:
        rows: list[RecordRow] = []
        while len(rows) % PAGE == 0:
            page = survey.rows(arguments.state, arguments.search, arguments.form, offset=len(rows), limit=PAGE)
            if not page:
                break
            rows += page
        if arguments.form and not rows:
            survey.form(arguments.form)
    headings = [_("Code"), _("Form"), _("State"), _("Place"), _("Conflicts"), _("Changed"), _("Device"), _("Record")]
    lines = table(headings, [_cells(row) for row in rows], _("No interviews."))
    return Reply({"records": [_as_dict(row) for row in rows]}, lines)


def _cells(row: RecordRow) -> tuple[str, ...]:
    return (
        row.summary.code or "-",
        row.form_id,
        _state(row),
        row.summary.place,
        str(row.conflicts or ""),
        row.changed.astimezone().strftime("%Y-%m-%d %H:%M"),
        row.device_name or row.device[:12],
        row.record,
    )


def _state(row: RecordRow) -> str:
    if row.deleted:
        return _("deleted")
    return _("draft") if row.state == "draft" else _("final")


def _as_dict(row: RecordRow) -> dict[str, Any]:
    summary = {name: value for name, value in asdict(row.summary).items() if name != "search"}
    rest = {name: value for name, value in asdict(row).items() if name != "summary"}
    return {**rest, **summary, "changed": row.changed.isoformat()}


def _takes_show(parser: ArgumentParser) -> None:
    takes_survey(parser)
    parser.add_argument("record", metavar="RECORD", help=_("the interview: its id, the beginning of it, or its code"))
    parser.add_argument("--xml", action="store_true", help=_("print the submission as ODK servers expect it"))
    parser.add_argument("--language", help=_("the language of the questions"))


def show(arguments: Namespace) -> Reply:
    """Show one interview."""
    from cami_survey.operations import interviews

    with survey_of(arguments) as survey:
        record = survey.find(arguments.record)
        if arguments.xml:
            xml = interviews.submission_xml(survey, record)
            return Reply({"record": record, "xml": xml.decode("utf-8")}, raw=xml + b"\n")
        detail = interviews.show(survey, record, language=arguments.language).value
    return Reply(detail.as_dict(), _detail_lines(detail))


def _detail_lines(detail: Detail) -> list[str]:
    asked = [answer for answer in detail.answers if not answer.computed]
    answers = [(answer.label or answer.name, answer.text) for answer in asked]
    remarks = list(_remarks(detail))
    history = [
        (step.written.astimezone().strftime("%Y-%m-%d %H:%M"), step.device_name, step.state, step.reason)
        for step in detail.history
    ]
    aside = table([_("Kept aside"), _("Answer")], list(detail.aside.items())) if detail.aside else []
    return [
        f"{detail.code or detail.record}  {detail.form_title}  {detail.state}",
        "",
        *table([_("Question"), _("Answer")], answers, _("No answers.")),
        "",
        *([*table([_("Question"), _("Remark")], remarks), ""] if remarks else []),
        *([*aside, ""] if aside else []),
        *table([_("Written"), _("Device"), _("State"), _("Reason")], history),
    ]


def _remarks(detail: Detail) -> Iterator[tuple[str, str]]:
    """Comments and the reasons of unusual answers, by the question they are on; also where it has no answer."""
    answers = {answer.field: answer for answer in detail.answers}
    for field, text in detail.comments.items():
        answer = answers.get(field)
        yield (answer.label or answer.name) if answer else field, text
    for answer in detail.answers:
        if answer.reason:
            yield answer.label or answer.name, _("Reason: {text}").format(text=answer.reason)
