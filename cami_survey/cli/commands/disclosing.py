"""disclosure, exported: what would leave for the public and what left before; options of exports for the public."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from cami_survey.base.texts import _, ngettext
from cami_survey.cli.command import Command, survey_of, takes_survey
from cami_survey.cli.reply import Reply, table
from cami_survey.operations.disclosure import PUBLIC, PUBLIC_FIGURES

if TYPE_CHECKING:
    from cami_survey.analysis.disclosure.microdata import Rules
    from cami_survey.operations.disclosure import Preview


def commands() -> list[Command]:
    """The commands of this module."""
    return [
        Command(
            ("disclosure",),
            _("Say what would leave in an export for the public, question by question; write nothing."),
            "ala-too.cami --form herder_interview --threshold 10",
            _takes_preview,
            disclosure,
            keys=("interviews", "questions", "without_consent", "left_out"),
        ),
        Command(
            ("exported",),
            _("List what was exported from a survey: when, where, for whom."),
            "ala-too.cami",
            takes_survey,
            exported,
            keys=("exports",),
        ),
    ]


def takes_disclosure(parser: ArgumentParser, *, figures: bool = False) -> None:
    """Take who will read an export and how answers, or `figures` made of them, are fit for the public."""
    who = _("who will read it: only the team (internal) or everybody (public)")
    parser.add_argument("--disclosure", choices=("internal", "public"), default="internal", help=who)
    _takes_rules(parser, figures=figures)


def takes_threshold(parser: ArgumentParser, *, figures: bool) -> None:
    """Take how many people stand behind what is shown to everybody."""
    if figures:
        threshold = _("for the public: how many answers a figure must rest on (5)")
    else:
        threshold = _("for the public: how many people must share what is shown (10)")
    parser.add_argument(
        "--threshold", metavar="K", type=int, default=PUBLIC_FIGURES if figures else PUBLIC, help=threshold
    )


def _takes_rules(parser: ArgumentParser, *, figures: bool = False) -> None:
    takes_threshold(parser, figures=figures)
    places = _("for the public: places as the middle of a grid cell, shifted by up to 25 km, or left out")
    parser.add_argument("--places", choices=("grid", "shift", "out"), default="grid", help=places)
    parser.add_argument("--cell", metavar="KM", type=float, default=25.0, help=_("the width of a grid cell (25 km)"))
    keep = _("for the public: let the answers to this question go as they are; may be repeated")
    parser.add_argument("--keep", metavar="NAME", action="append", default=[], help=keep)
    key = _("for the public: the key of pseudonyms, where it does not lie on this machine")
    parser.add_argument("--pseudonyms", metavar="KEY_FILE", type=Path, help=key)


def rules_of(arguments: Namespace) -> Rules | None:
    """The rules that were asked for, None for an export inside the team."""
    return _rules(arguments) if arguments.disclosure == "public" else None


def _rules(arguments: Namespace) -> Rules:
    from cami_survey.operations.disclosure import rules

    return rules(
        k=arguments.threshold,
        places=arguments.places,
        kilometres=arguments.cell,
        keep=arguments.keep,
        key_file=arguments.pseudonyms,
    )


def _takes_preview(parser: ArgumentParser) -> None:
    takes_survey(parser)
    parser.add_argument("--form", action="append", metavar="FORM_ID", help=_("only this form; may be repeated"))
    parser.add_argument("--language", help=_("the language of the questions"))
    _takes_rules(parser)


def disclosure(arguments: Namespace) -> Reply:
    """What would leave for the public; nothing is written."""
    from cami_survey.operations.disclosure import preview, said

    wanted = _rules(arguments)
    with survey_of(arguments) as survey:
        outcome = preview(survey, arguments.form, wanted, language=arguments.language)
    found = outcome.value
    heads = [_("Form"), _("Question"), _("What becomes of it"), _("Too rare")]
    rows = [(line.form_id, line.name, said(line.treatment), str(line.lost or "")) for line in found.questions]
    return Reply(_plain(found), [*table(heads, rows), "", *_counts(found)], outcome.notices)


def exported(arguments: Namespace) -> Reply:
    """List the exports that were written from a survey."""
    from cami_survey.operations.disclosure import exports
    from cami_survey.operations.side_by_side import in_words

    with survey_of(arguments) as survey:
        found = exports(survey)
    value = [
        {
            "file": line.name,
            "sha256": line.sha256,
            "disclosure": line.level,
            "threshold": line.threshold,
            "forms": list(line.forms),
            "interviews": line.interviews,
            "written": line.made.isoformat(),
            "device": line.device,
            "limits": None if line.limits is None else dict(line.limits),
        }
        for line in found
    ]
    heads = [_("File"), _("Disclosure"), _("Interviews"), _("Written"), _("Laptop"), _("Limited to")]
    rows = [
        (
            line.name,
            line.level,
            str(line.interviews),
            line.made.isoformat(" ", "minutes"),
            line.device,
            in_words(line.limits or {}),
        )
        for line in found
    ]
    return Reply({"exports": value}, list(table(heads, rows)) if rows else [_("Nothing was exported yet.")])


def _plain(found: Preview) -> dict[str, object]:
    return {
        "interviews": found.interviews,
        "questions": [
            {"form": line.form_id, "name": line.name, "treatment": line.treatment, "rare": line.lost}
            for line in found.questions
        ],
        "without_consent": found.without_consent,
        "left_out": found.left_out,
    }


def _counts(found: Preview) -> list[str]:
    interviews = sum(found.interviews.values())
    return [
        ngettext("{n} interview would leave.", "{n} interviews would leave.", interviews).format(n=interviews),
        ngettext("{n} answer would stay here.", "{n} answers would stay here.", found.left_out).format(
            n=found.left_out
        ),
    ]
