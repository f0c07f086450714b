"""conflicts, resolve."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cami_survey.base.clock import system_clock
from cami_survey.base.sealed import shown
from cami_survey.base.texts import _
from cami_survey.cli.command import Command, survey_of, takes_survey
from cami_survey.cli.reply import Reply, table

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterator, Sequence

    from cami_survey.base.records import Claim, Conflict
    from cami_survey.operations.histories import Step


def commands() -> list[Command]:
    """The commands of this module."""
    return [
        Command(
            ("conflicts",),
            _("List what was answered differently in two places."),
            "ala-too.cami",
            _takes_conflicts,
            conflicts,
            keys=("conflicts",),
        ),
        Command(
            ("resolve",),
            _("Say which answer stands."),
            "ala-too.cami KG-H0123 adm2 --take theirs",
            _takes_resolve,
            resolve,
            keys=("revisions", "left"),
        ),
        Command(
            ("resolve-all",),
            _("Settle all conflicts by one rule, which the history of each interview keeps."),
            "ala-too.cami --newest --of KG-07",
            _takes_rule,
            resolve_all,
            keys=("revisions", "left", "rule"),
        ),
        Command(
            ("history",),
            _("Show the line of changes of one interview, and which were made at the same time."),
            "ala-too.cami KG-H0123",
            _takes_history,
            history,
            keys=("record", "steps"),
        ),
    ]


def _takes_conflicts(parser: ArgumentParser) -> None:
    takes_survey(parser)
    parser.add_argument("record", metavar="RECORD", nargs="?", help=_("only this interview"))


def conflicts(arguments: Namespace) -> Reply:
    """List conflicts."""
    from cami_survey.operations import conflicts as operations

    with survey_of(arguments) as survey:
        found = operations.conflicts(survey, arguments.record).value
    headings = [_("Interview"), _("Field"), _("Before"), _("Value"), _("Device"), _("Written"), ""]
    rows = [_cells(conflict, claim) for conflict in found for claim in conflict.claims]
    lines = table(headings, rows, _("There is nothing to settle."))
    return Reply({"conflicts": [_as_dict(conflict) for conflict in found]}, lines)


def _cells(conflict: Conflict, claim: Claim) -> tuple[str, ...]:
    return (
        conflict.code or conflict.record,
        conflict.field,
        _shown(conflict.before),
        _shown(claim.value),
        claim.device_name,
        claim.written.astimezone().strftime("%Y-%m-%d %H:%M"),
        _("mine") if claim.mine else "",
    )


def _shown(value: str | None) -> str:
    return "-" if value is None else shown(value)


def _as_dict(conflict: Conflict) -> dict[str, Any]:
    return {
        "record": conflict.record,
        "code": conflict.code,
        "form_id": conflict.form_id,
        "field": conflict.field,
        "before": conflict.before,
        "claims": [
            {
                "value": claim.value,
                "mine": claim.mine,
                "device": claim.device,
                "device_name": claim.device_name,
                "written": claim.written.isoformat(),
                "revision": claim.revision,
            }
            for claim in conflict.claims
        ],
    }


def _takes_resolve(parser: ArgumentParser) -> None:
    takes_survey(parser)
    parser.add_argument("record", metavar="RECORD", help=_("the interview: its id or code"))
    parser.add_argument("field", metavar="FIELD", help=_("the field, as listed by conflicts, or its name alone"))
    take = _("mine: the value of this file (or the one that was here first), theirs: the other one, or value=V")
    parser.add_argument("--take", required=True, metavar="mine|theirs|value=V", help=take)


def resolve(arguments: Namespace) -> Reply:
    """Settle one conflict."""
    from cami_survey.operations import conflicts as operations

    with survey_of(arguments) as survey:
        outcome = operations.resolve(survey, arguments.record, arguments.field, arguments.take)
        left = len(survey.conflicts())
    value = {"revisions": list(outcome.value), "left": left}
    return Reply(value, notices=outcome.notices)


def _takes_rule(parser: ArgumentParser) -> None:
    takes_survey(parser)
    parser.add_argument("--newest", action="store_true", required=True, help=_("the newest answer stands"))
    parser.add_argument(
        "--of", default="", metavar="DEVICE", help=_("only where this laptop has a say, and its newest")
    )


def resolve_all(arguments: Namespace) -> Reply:
    """Settle by a rule."""
    from cami_survey.operations import conflicts as operations
    from cami_survey.operations import laptops

    with survey_of(arguments) as survey:
        rule = operations.Rule(system_clock())
        if arguments.of:
            device = laptops.named(survey, arguments.of, own=True)
            rule = operations.Rule(system_clock(), device.id, device.name)
        outcome = operations.resolve_by_rule(survey, rule)
        left = len(survey.conflicts())
    return Reply({"revisions": list(outcome.value), "left": left, "rule": rule.words}, notices=outcome.notices)


def _takes_history(parser: ArgumentParser) -> None:
    takes_survey(parser)
    parser.add_argument("record", metavar="RECORD", help=_("the interview: its id or code"))


def history(arguments: Namespace) -> Reply:
    """The line of changes."""
    from cami_survey.operations import histories

    with survey_of(arguments) as survey:
        record = survey.find(arguments.record)
        steps = histories.steps_of(survey, record).value
    headings = ["", _("Written"), _("Device"), _("State"), _("Changes"), _("Reason")]
    return Reply({"record": record, "steps": [_step(step) for step in steps]}, table(headings, list(_rows(steps))))


def _step(step: Step) -> dict[str, Any]:
    return {
        "revision": step.revision,
        "written": step.written.isoformat(),
        "device_name": step.device,
        "who": step.who,
        "state": step.state,
        "beside": list(step.beside),
        "reason": step.reason,
        "changes": [
            {"field": one.field, "label": one.label, "before": one.before, "after": one.after} for one in step.changes
        ],
    }


def _rows(steps: Sequence[Step]) -> Iterator[tuple[str, ...]]:
    """A row of each step, numbered; steps made at the same time name each other."""
    numbers = {step.revision: str(number) for number, step in enumerate(steps, 1)}
    for step in steps:
        beside = ", ".join(numbers[other] for other in step.beside)
        said = _("at the same time as {steps}").format(steps=beside) if beside else ""
        reason = " · ".join(part for part in (said, step.reason) if part)
        written = step.written.astimezone().strftime("%Y-%m-%d %H:%M")
        yield numbers[step.revision], written, step.device, step.state, step.line, reason
