"""reference list, show, bring, write, doubt, crosswalk."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from cami_survey.base.errors import UserError, nearest
from cami_survey.base.texts import _, ngettext
from cami_survey.cli.command import Command, survey_of, takes_survey
from cami_survey.cli.reply import Reply, pairs, table

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from cami_survey.operations.references import Preview

SHOWN = 20


def commands() -> list[Command]:
    """The commands of this module."""
    return [
        Command(
            ("reference", "list"),
            _("List the reference tables of a survey with version, source and doubts."),
            "ala-too.cami",
            takes_survey,
            list_tables,
            keys=("tables",),
        ),
        Command(
            ("reference", "show"),
            _("Show a reference table as it stands, with what is doubted."),
            "ala-too.cami species_range",
            _takes_table,
            show_table,
            keys=("table", "version", "source", "rows", "not_official", "disputes"),
        ),
        Command(
            ("reference", "bring"),
            _("Bring a new version of a reference table, such as the official programme of work."),
            "ala-too.cami pow_2021_2026.xlsx --dry-run",
            _takes_bring,
            bring_table,
            keys=("table", "known", "rows", "added", "removed", "changed", "same", "problems", "forms"),
        ),
        Command(
            ("reference", "write"),
            _("Write a reference table into a workbook, to be corrected and brought back."),
            "ala-too.cami species_range species_range.xlsx",
            _takes_write,
            write_table,
            keys=("path",),
        ),
        Command(
            ("reference", "doubt"),
            _("Hold that a cell of a reference table should say something else, and why."),
            "ala-too.cami species_range SAITAT CN --column presence --says vagrant --reason “Seen in 2024”",
            _takes_doubt,
            doubt_cell,
            keys=("table", "key", "column", "shown", "proposed", "reason", "source", "by", "at", "settled"),
        ),
        Command(
            ("reference", "crosswalk"),
            _("Show which codes of one list or version correspond to those of another."),
            "ala-too.cami threats:CAMI-work threats:IUCN-3.x",
            _takes_crosswalk,
            show_crosswalk,
            keys=("from", "to", "links"),
        ),
    ]


def list_tables(arguments: Namespace) -> Reply:
    """List the tables."""
    from cami_survey.operations import references

    with survey_of(arguments) as survey:
        shelf = references.shelf(survey)
        tables = [shelf.table(name) for name in shelf.names()]
    value = [
        {
            "table": one.name,
            "version": one.version,
            "source": one.source,
            "rows": len(one.rows),
            "shipped": one.shipped,
            "brought_by": one.brought_by,
            "doubted": len(shelf.disputed(one.name)),
        }
        for one in tables
    ]
    rows = [
        (
            one.name,
            one.version,
            str(len(one.rows)),
            str(len(shelf.disputed(one.name)) or ""),
            _from(one.source, one.brought_by),
        )
        for one in tables
    ]
    headings = [_("Table"), _("Version"), _("Rows"), _("Doubted"), _("Source")]
    return Reply({"tables": value}, table(headings, rows))


def _from(source: str, by: str) -> str:
    return _("{source} (brought by {name})").format(source=source, name=by) if by else source


def _takes_table(parser: ArgumentParser) -> None:
    takes_survey(parser)
    parser.add_argument("table", metavar="TABLE", help=_("its name, as `reference list` shows it"))


def show_table(arguments: Namespace) -> Reply:
    """Show a table."""
    from cami_survey.operations import references
    from cami_survey.reference.changes import key_of
    from cami_survey.reference.shelf import is_official

    with survey_of(arguments) as survey:
        shelf = references.shelf(survey)
    found = references.table_of(shelf, arguments.table)
    doubts = shelf.disputes(arguments.table)
    marked = shelf.disputed(arguments.table)
    columns = list(found.schema.columns)
    held = [key_of(row, found.schema) for row in found.rows if not is_official(row, found.schema)]
    lines = []
    for row in found.rows:
        key = key_of(row, found.schema)
        cells = [row[name] + (" (?)" if (key, name) in marked else "") for name in columns]
        lines.append([*cells, *([_("not official") if key in held else ""] if held else [])])
    said = [
        _("{key}, {column}: “{proposed}” instead of “{shown}” says {name}: {reason}").format(
            key=" · ".join(one.key), column=one.column, proposed=one.proposed, shown=one.shown, name=one.by,
            reason=one.reason,
        )
        for one in doubts
        if not one.settled
    ]  # fmt: skip
    value = {
        "table": found.name,
        "version": found.version,
        "source": found.source,
        "rows": [dict(row) for row in found.rows],
        "not_official": [list(key) for key in held],
        "disputes": [asdict(one) | {"key": list(one.key), "at": one.at.isoformat()} for one in doubts],
    }
    head = pairs([(_("Version"), found.version), (_("Source"), found.source)])
    return Reply(
        value,
        [*head, "", *table([*columns, *([_("Standing")] if held else [])], lines), *(["", *said] if said else [])],
    )


def _takes_bring(parser: ArgumentParser) -> None:
    takes_survey(parser)
    parser.add_argument("source", metavar="TABLE.xlsx", type=Path, help=_("a workbook, or CSV in UTF-8"))
    parser.add_argument("--table", default="", help=_("which table it is; without it the name of the sheet or file"))
    parser.add_argument("--version", default="", help=_("what the new version is called"))
    parser.add_argument("--from", dest="origin", default="", help=_("the decision or document it comes from"))
    parser.add_argument("--dry-run", action="store_true", help=_("tell what would happen, change nothing"))


def bring_table(arguments: Namespace) -> Reply:
    """Bring a table, or tell what that would change."""
    from cami_survey.operations import references

    with survey_of(arguments) as survey:
        if arguments.dry_run:
            seen = references.preview(survey, arguments.source, arguments.table).value
            return Reply(seen.as_dict(), _lines(seen), refusal=references.refusal(seen, arguments.source))
        outcome = references.bring(
            survey, arguments.source, version=arguments.version, origin=arguments.origin, table=arguments.table
        )
    return Reply(outcome.value.as_dict(), _lines(outcome.value), outcome.notices)


def _lines(seen: Preview) -> list[str]:
    changes = seen.changes
    changed = {cell.key for cell in changes.cells}
    told = [
        (_("Table"), seen.table if seen.known else _("{name} (new)").format(name=seen.table)),
        (_("Rows"), str(len(seen.rows))),
        (_("New rows"), str(len(changes.added))),
        (_("Rows that go"), str(len(changes.removed))),
        (_("Changed rows"), str(len(changed))),
        (_("Unchanged rows"), str(changes.same)),
    ]
    cells = [(" · ".join(cell.key), cell.column, cell.before, cell.after) for cell in changes.cells[:SHOWN]]
    problems = [(str(one.row or ""), one.column, one.sentence) for one in seen.problems[:SHOWN]]
    lines = pairs(told)
    if cells:
        lines += ["", *table([_("Row"), _("Column"), _("Before"), _("After")], cells)]
    if problems:
        lines += ["", *table([_("Row"), _("Column"), _("Problem")], problems)]
    if seen.forms:
        forms = [(form.title, form.version, form.sentence) for form in seen.forms]
        lines += ["", *table([_("Form"), _("New version"), _("Its choices")], forms)]
    more = max(len(changes.cells), len(seen.problems)) - SHOWN
    if more > 0:
        lines.append(ngettext("and {n} more", "and {n} more", more).format(n=more))
    return lines


def _takes_write(parser: ArgumentParser) -> None:
    _takes_table(parser)
    parser.add_argument("out", metavar="OUT.xlsx", type=Path, help=_("the workbook to write"))


def write_table(arguments: Namespace) -> Reply:
    """Write a table out."""
    from cami_survey.operations import references

    with survey_of(arguments) as survey:
        outcome = references.write_out(survey, arguments.table, arguments.out)
    return Reply({"path": str(outcome.value)}, [], outcome.notices)


def _takes_doubt(parser: ArgumentParser) -> None:
    _takes_table(parser)
    parser.add_argument("key", metavar="KEY", nargs="+", help=_("what names the row, in the order of its columns"))
    parser.add_argument("--column", required=True, help=_("the column of the cell"))
    parser.add_argument("--says", required=True, help=_("what it should say"))
    parser.add_argument("--reason", required=True, help=_("why"))
    parser.add_argument("--source", default="", help=_("who or what says so"))


def doubt_cell(arguments: Namespace) -> Reply:
    """Doubt a cell."""
    from cami_survey.operations import references

    with survey_of(arguments) as survey:
        outcome = references.doubt(
            survey,
            arguments.table,
            arguments.key,
            arguments.column,
            arguments.says,
            reason=arguments.reason,
            source=arguments.source,
        )
    said = outcome.value
    return Reply(asdict(said) | {"key": list(said.key), "at": said.at.isoformat()}, [], outcome.notices)


def _takes_crosswalk(parser: ArgumentParser) -> None:
    takes_survey(parser)
    parser.add_argument("from_scheme", metavar="FROM", nargs="?", default="", help=_("a list, as threats:CAMI-work"))
    parser.add_argument("to_scheme", metavar="TO", nargs="?", default="", help=_("the other list"))


def show_crosswalk(arguments: Namespace) -> Reply:
    """Show the links between two lists; without lists, which pairs there are."""
    from cami_survey.operations import references
    from cami_survey.reference.crosswalks import Crosswalk, schemes

    with survey_of(arguments) as survey:
        rows = references.shelf(survey).rows("crosswalks")
    pairs_there = schemes(rows)
    if not arguments.to_scheme:
        lines = table([_("From list"), _("To list")], pairs_there)
        return Reply({"from": "", "to": "", "links": [list(pair) for pair in pairs_there]}, lines)
    walk = Crosswalk(rows, arguments.from_scheme, arguments.to_scheme)
    if not len(walk):
        known = [" ".join(pair) for one in pairs_there for pair in (one, one[::-1])]
        near = nearest(f"{arguments.from_scheme} {arguments.to_scheme}", known)
        raise UserError(
            "reference.no-crosswalk",
            _("Nobody has said how “{first}” corresponds to “{second}”.").format(
                first=arguments.from_scheme, second=arguments.to_scheme
            ),
            advice=_("Did you mean “{name}”?").format(name=near) if near else "",
        )
    links = [link for code in walk for link in walk.links(code)]
    value = {"from": arguments.from_scheme, "to": arguments.to_scheme, "links": [asdict(link) for link in links]}
    shown = [(link.code, link.relation, link.other, link.confidence, link.source) for link in links]
    return Reply(value, table([_("From code"), _("Relation"), _("To code"), _("Confidence"), _("Source")], shown))
