"""Which interviews count: the filters of analyses and of the papers made of them."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from cami_survey.base.texts import _

if TYPE_CHECKING:
    from cami_survey.operations.analyses import Scope


def takes_scope(parser: ArgumentParser) -> None:
    """Take what limits the interviews that count."""
    parser.add_argument(
        "--country", action="append", default=[], metavar="CC", help=_("only this country; may be repeated")
    )
    parser.add_argument(
        "--form", action="append", default=[], metavar="FORM_ID", help=_("only this form; may be repeated")
    )
    parser.add_argument("--since", metavar="DAY", help=_("only interviews from this day on (2026-10-01)"))
    parser.add_argument("--until", metavar="DAY", help=_("only interviews to this day"))
    parser.add_argument("--group", default="", metavar="CODE", help=_("only this kind of organisation or respondent"))
    parser.add_argument(
        "--species", action="append", default=[], metavar="CODE", help=_("only this species; may be repeated")
    )
    parser.add_argument(
        "--review", default="", metavar="STATE", help=_("only interviews in this state of the review, or none")
    )


def scope_of(arguments: Namespace) -> Scope:
    """The scope that was asked for; UserError for a day that is none."""
    from cami_survey.operations.analyses import Scope, day

    return Scope(
        tuple(arguments.country),
        tuple(arguments.form),
        day(arguments.since),
        day(arguments.until),
        arguments.group,
        tuple(arguments.species),
        arguments.review,
    )
