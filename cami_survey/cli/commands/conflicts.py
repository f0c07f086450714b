"""conflicts, resolve."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cami_survey.base.texts import _
from cami_survey.cli.command import Command, survey_of, takes_survey
from cami_survey.cli.reply import Reply, table

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from cami_survey.base.records import Claim, Conflict


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
    return "-" if value is None else value


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
