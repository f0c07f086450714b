"""analyse, register list, register match, register apart."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from cami_survey.base import texts
from cami_survey.base.texts import _
from cami_survey.cli.command import Command, survey_of, takes_survey
from cami_survey.cli.commands.disclosing import takes_threshold
from cami_survey.cli.commands.scoping import scope_of, takes_scope
from cami_survey.cli.reply import Reply, table

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from cami_survey.analysis.results import Analysis, Cell, Column, ResultTable
    from cami_survey.operations.analyses import Material, Scope
    from cami_survey.operations.register import Listed

# Interviews behind a figure that are named in JSON.
NAMED = 1000


def commands() -> list[Command]:
    """The commands of this module."""
    return [
        Command(
            ("analyse",),
            _("Say what the finished interviews tell: lists the analyses, or shows one as tables and sentences."),
            "ala-too.cami --name losses --country KG",
            _takes_analyse,
            analyse,
            keys=("analyses", "analysis", "interviews"),
        ),
        Command(
            ("register", "list"),
            _("List the organisations by all their names, and pairs of names that may be one."),
            "ala-too.cami",
            takes_survey,
            list_register,
            keys=("organisations", "proposed"),
        ),
        Command(
            ("register", "match"),
            _("Confirm that two names are one organisation; analyses show it by the first name from then on."),
            "ala-too.cami “Snow Ridge Society” “Снежный хребет”",
            _takes_names,
            match,
            keys=("one", "other", "same"),
        ),
        Command(
            ("register", "apart"),
            _("Keep that two names are two organisations; the pair is not proposed again."),
            "ala-too.cami “Altai Reserve” “Altyn Reserve”",
            _takes_names,
            apart,
            keys=("one", "other", "same"),
        ),
    ]


def _takes_analyse(parser: ArgumentParser) -> None:
    takes_survey(parser)
    parser.add_argument("--name", help=_("the analysis to show; without it they are listed"))
    takes_scope(parser)
    level = _("for whom: the team, which sees every figure, or the public, from whom those on few answers are hidden")
    parser.add_argument("--level", choices=("team", "public"), default="team", help=level)
    takes_threshold(parser, figures=True)
    parser.add_argument("--language", default="", help=_("the language of choice labels"))


def analyse(arguments: Namespace) -> Reply:
    """List the analyses, or show one."""
    from cami_survey.operations import analyses

    with survey_of(arguments) as survey:
        material = analyses.load(survey, language=arguments.language or texts.language())
        analyses.check_language(material, arguments.language)
        scope = analyses.check(material, scope_of(arguments))
        if not arguments.name:
            return _list(material.within(scope).n)
        found = _analysis(arguments, material, scope)
        return Reply({"analyses": _offered(), "analysis": as_dict(found), "interviews": found.n}, _lines(found))


def _analysis(arguments: Namespace, material: Material, scope: Scope) -> Analysis:
    """The analysis as those may see it whom it is for."""
    from cami_survey.operations import analyses, disclosure

    found = analyses.analyse(material, arguments.name, scope, language=arguments.language)
    if arguments.level != "public":
        return found
    k = disclosure.check_k(arguments.threshold)
    return analyses.for_public(material, k, scope, language=arguments.language)[arguments.name]


def _offered() -> list[dict[str, str]]:
    from cami_survey.operations import analyses

    return [asdict(entry) for entry in analyses.names()]


def _list(interviews: int) -> Reply:
    offered = _offered()
    rows = [(entry["name"], entry["chapter"], entry["title"]) for entry in offered]
    value = {"analyses": offered, "analysis": None, "interviews": interviews}
    return Reply(value, table([_("Name"), _("Chapter"), _("Analysis")], rows))


def as_dict(found: Analysis) -> dict[str, Any]:
    """An analysis for scripts: shares from 0 to 1, figures without their drawing."""
    return {
        "name": found.name,
        "title": found.title,
        "question": found.question,
        "n": found.n,
        "empty": found.empty,
        "method": found.method,
        "messages": [asdict(message) for message in found.messages],
        "tables": [_table_dict(one) for one in found.tables],
        "figures": [
            {"name": one.name, "title": one.title, "subtitle": one.subtitle, "alt": one.alt} for one in found.figures
        ],
    }


def _table_dict(one: ResultTable) -> dict[str, Any]:
    return {
        "name": one.name,
        "title": one.title,
        "columns": [asdict(column) for column in one.columns],
        "rows": [[_cell_dict(cell) for cell in row] for row in one.rows],
    }


def _cell_dict(cell: Cell) -> dict[str, Any]:
    from cami_survey.analysis.methods.findings import TooFew

    said = {"too_few": cell.said.reason, "needed": cell.said.needed} if isinstance(cell.said, TooFew) else cell.said
    value: dict[str, Any] = {"said": said}
    if cell.n is not None:
        value["n"] = cell.n
    if cell.interval is not None:
        value["interval"] = [cell.interval.low, cell.interval.high, cell.interval.confidence]
    if cell.hidden:
        value["hidden"] = True
    if 0 < len(cell.records) <= NAMED:
        value["records"] = list(cell.records)
    return value


def _lines(found: Analysis) -> list[str]:
    from cami_survey.analysis import cells

    lines = [f"{found.title} ({cells.interviews(found.n)})", found.question, ""]
    if found.empty:
        return [*lines, found.empty]
    for one in found.tables:
        headings = [column.title for column in one.columns]
        rows = [[spoken(cell, column) for cell, column in zip(row, one.columns, strict=True)] for row in one.rows]
        lines += [one.title, *table(headings, rows), ""]
    lines += [f"{'!' if message.level == 'warn' else '*'} {message.text}" for message in found.messages]
    return [*lines, "", found.method]


def spoken(cell: Cell, column: Column) -> str:
    """A cell as a person reads it: the figure, its interval, and the n where the column does not count itself."""
    from cami_survey.analysis import cells

    words = cells.spoken(cell, column)
    if cell.n is None or column.kind not in ("number", "percent", "level"):
        return words
    # For the public a level may say its n itself.
    said = _("{figure} (n {n})").format(figure="", n=cells.number(cell.n, 0))
    return words if words.endswith(said) else f"{words} (n {cell.n})"


# -- the register


def _takes_names(parser: ArgumentParser) -> None:
    takes_survey(parser)
    parser.add_argument("one", metavar="NAME", help=_("the name to show"))
    parser.add_argument("other", metavar="OTHER", help=_("the other name"))


def list_register(arguments: Namespace) -> Reply:
    """List organisations and proposals."""
    from cami_survey.operations import register

    with survey_of(arguments) as survey:
        found = register.register(survey)
    value = {
        "organisations": [_organisation(one) for one in found.organisations],
        "proposed": [asdict(one) for one in found.proposed],
    }
    rows = [
        (one.name, "; ".join(name for name in one.names if name != one.name), str(one.n), ", ".join(one.years))
        for one in found.organisations
    ]
    lines = table([_("Organisation"), _("Also written"), _("Times"), _("Years")], rows)
    if found.proposed:
        pairs = [(one.one, one.other, f"{one.score:.0f} %") for one in found.proposed]
        lines += ["", _("May be one:"), *table([_("Name"), _("Other name"), _("Alike")], pairs)]
    return Reply(value, lines)


def _organisation(one: Listed) -> dict[str, Any]:
    return {"name": one.name, "names": list(one.names), "n": one.n, "years": list(one.years)}


def match(arguments: Namespace) -> Reply:
    """Confirm a match."""
    from cami_survey.operations import register

    with survey_of(arguments) as survey:
        outcome = register.match(survey, arguments.one, arguments.other)
    return Reply({"one": arguments.one, "other": arguments.other, "same": True}, (), outcome.notices)


def apart(arguments: Namespace) -> Reply:
    """Tell two names apart."""
    from cami_survey.operations import register

    with survey_of(arguments) as survey:
        outcome = register.apart(survey, arguments.one, arguments.other)
    return Reply({"one": arguments.one, "other": arguments.other, "same": False}, (), outcome.notices)
