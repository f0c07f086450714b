"""migrate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cami_survey.base.texts import _
from cami_survey.cli.command import Command, survey_of, takes_survey
from cami_survey.cli.reply import Reply, table

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from cami_survey.operations.versions import CarriedOver


def commands() -> list[Command]:
    """The commands of this module."""
    return [
        Command(
            ("migrate",),
            _("Carry an interview over to another version of its form; answers without a place are kept aside."),
            "ala-too.cami KG-H0123 --dry-run",
            _takes_migrate,
            migrate,
            keys=(
                "record",
                "code",
                "form_id",
                "before",
                "after",
                "revision",
                "kept",
                "moved",
                "changed",
                "lost",
                "calculations",
                "new",
                "aside",
                "sentences",
                "version",
            ),
        ),
    ]


def _takes_migrate(parser: ArgumentParser) -> None:
    takes_survey(parser)
    parser.add_argument("record", metavar="RECORD", help=_("the interview: its id, the beginning of it, or its code"))
    parser.add_argument("--to", metavar="VERSION", help=_("the version of the form; without it the newest"))
    parser.add_argument("--dry-run", action="store_true", help=_("tell what would happen, change nothing"))


def migrate(arguments: Namespace) -> Reply:
    """Carry an interview over, or tell what that would do."""
    from cami_survey.operations import versions

    with survey_of(arguments) as survey:
        act = versions.preview if arguments.dry_run else versions.carry
        outcome = act(survey, survey.find(arguments.record), version=arguments.to)
    return Reply(outcome.value.as_dict(), _lines(outcome.value), outcome.notices)


def _lines(carried: CarriedOver) -> list[str]:
    report = carried.migration
    groups = ((_("aside"), (*report.lost, *report.changed)), (_("moved"), report.moved), (_("kept"), report.kept))
    rows = [(word, item.field, item.value, item.to, item.reason) for word, items in groups for item in items]
    new = [(_("new"), "", "", path, "") for path in report.new]
    headings = [_("Answer"), _("Question before"), _("Value"), _("Question now"), _("Reason")]
    return [*report.sentences, "", *table(headings, [*rows, *new], _("No answers."))]
