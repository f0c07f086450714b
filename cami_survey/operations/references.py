"""The reference tables of a survey: what stands in them, new versions with a preview, and doubts about a cell."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cami_survey.base.errors import UserError, nearest
from cami_survey.base.notices import Notice, Outcome
from cami_survey.base.texts import _, ngettext
from cami_survey.operations.choice_lists import Renewal, plan, renew
from cami_survey.operations.table_files import as_csv, read_table
from cami_survey.reference import changes as comparing
from cami_survey.reference import checking
from cami_survey.reference.changes import Changes, Key, Row, key_of
from cami_survey.reference.checking import Problem
from cami_survey.reference.schemas import Schema, schema_of
from cami_survey.reference.shelf import Dispute, Shelf, Table, is_official

if TYPE_CHECKING:
    from cami_survey.base.records import Statement
    from cami_survey.store.api import SurveyFile

TABLE, DISPUTE = "reference.table", "reference.dispute"
SEPARATOR = "\x1f"
STANDING = "standing"


@dataclass(frozen=True, slots=True)
class Preview:
    """What bringing a file as a table would change. With `problems` it would be refused.

    `known` is false for a table that the survey does not have yet, as a new programme of work is. `forms` are those
    whose choices it would renew.
    """

    table: str
    rows: tuple[Row, ...]
    changes: Changes
    problems: tuple[Problem, ...] = ()
    known: bool = True
    forms: tuple[Renewal, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether the table can be brought."""
        return not self.problems

    def as_dict(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            "table": self.table,
            "known": self.known,
            "rows": len(self.rows),
            "added": [list(key) for key in self.changes.added],
            "removed": [list(key) for key in self.changes.removed],
            "changed": [asdict(cell) | {"key": list(cell.key)} for cell in self.changes.cells],
            "same": self.changes.same,
            "problems": [asdict(problem) for problem in self.problems],
            "forms": [form.as_dict() for form in self.forms],
        }


def shelf(survey: SurveyFile) -> Shelf:
    """The tables as they stand in this survey: of each the version brought last, else the shipped one."""
    latest = {said.subject: said for said in survey.statements(TABLE)}
    brought = [_table(survey, said) for said in latest.values()]
    standing = Shelf(brought)
    disputes = [_dispute(said, standing) for said in survey.statements(DISPUTE)]
    return Shelf(brought, disputes)


def states(survey: SurveyFile) -> list[Shelf]:
    """The tables as they stood, from the shipped ones to those of today."""
    brought = [_table(survey, said) for said in survey.statements(TABLE)]
    return [Shelf(brought[:count]) for count in range(len(brought) + 1)]


def table_of(shelf: Shelf, name: str) -> Table:
    """A table by name; UserError with the nearest name for one that is not there."""
    try:
        return shelf.table(name)
    except KeyError:
        near = nearest(name, shelf.names())
        raise UserError(
            "reference.unknown-table",
            _("There is no reference table “{name}”.").format(name=name),
            advice=_("Did you mean “{name}”?").format(name=near) if near else "",
            where=name,
        ) from None


def preview(survey: SurveyFile, source: Path, table: str = "") -> Outcome[Preview]:
    """What bringing the workbook or CSV file at `source` as a table would change. Nothing is kept.

    Without a name the table is the one that the sheet or the file is called after, else the one whose columns it has.
    """
    here = shelf(survey)
    name, rows, columns = read_table(source, table)
    schema = _schema(name)
    problems = [
        Problem(1, column, _("The column “{column}” is missing.").format(column=column))
        for column in checking.missing_columns(columns, schema)
    ]
    problems += [] if problems else list(checking.problems(rows, schema, here.rows))
    known = name in here.names()
    changed = comparing.changes(here.rows(name), rows, schema)
    renewed = [] if problems else plan(survey, [*states(survey), here.with_table(Table(name, "", "", tuple(rows)))])
    return Outcome(Preview(name, tuple(rows), changed, tuple(problems), known, tuple(renewed)))


def refusal(found: Preview, source: Path) -> UserError | None:
    """Why a file cannot be brought: its first problem, and how many there are. None if it can."""
    if found.ok:
        return None
    first = found.problems[0]
    count = ngettext("{n} problem", "{n} problems", len(found.problems)).format(n=len(found.problems))
    words = (
        _("{name} was not taken ({count}): row {row}, column {column}: {sentence}")
        if first.row
        else _("{name} was not taken: {sentence}")
    )
    return UserError(
        "reference.problems",
        words.format(name=source.name, count=count, row=first.row, column=first.column, sentence=first.sentence),
        advice=_("Correct the file and bring it again; the preview lists every problem."),
        where=source.name,
    )


def bring(survey: SurveyFile, source: Path, *, version: str, origin: str, table: str = "") -> Outcome[Preview]:
    """Keep the file at `source` as the new version of a table: here, and with the next package everywhere.

    `origin` says where it comes from. Forms that choose from it get its choices in a new version.
    UserError if the table has a problem, or says nothing new.
    """
    found = preview(survey, source, table).value
    if (wrong := refusal(found, source)) is not None:
        raise wrong
    if not version.strip() or not origin.strip():
        raise UserError(
            "reference.no-origin",
            _("A table needs a version and the place it comes from."),
            advice=_("Name the decision or document, for example “CMS COP15, Resolution 11.24 (Rev.COP15)”."),
        )
    if not found.changes and found.known:
        raise UserError("reference.same", _("{name} says the same as the table that is here.").format(name=source.name))
    file = survey.attach(as_csv(found.rows, _schema(found.table)), f"{found.table}.csv")
    survey.state(TABLE, found.table, {"file": file, "version": version.strip(), "source": origin.strip()})
    text = _("The table “{name}” is version {version} from now on.").format(name=found.table, version=version.strip())
    renewed = renew(survey, states(survey))
    notices = (Notice("reference.brought", text), *renewed.notices)
    return Outcome(found, renewed.touched | {"survey"}, notices)


def doubt(
    survey: SurveyFile, table: str, key: Sequence[str], column: str, proposed: str, *, reason: str, source: str = ""
) -> Outcome[Dispute]:
    """Hold that a cell should say `proposed`, with the reason. The table keeps what it says, marked as disputed.

    UserError for a cell that is not there, a text it may not have, or a missing reason.
    """
    found = table_of(shelf(survey), table)
    row = _row(found, tuple(key))
    if column not in found.schema.columns or column in found.schema.key:
        raise UserError(
            "reference.no-column",
            _("“{column}” is no column of “{name}” that can be doubted.").format(column=column, name=table),
            advice=_("These can: {columns}").format(
                columns=", ".join(name for name in found.schema.columns if name not in found.schema.key)
            ),
            where=column,
        )
    if not reason.strip():
        raise UserError(
            "reference.no-reason",
            _("A doubt needs a reason."),
            advice=_("Say what was seen, by whom and when, or name a source."),
        )
    changed = [dict(other) | ({column: proposed} if other is row else {}) for other in found.rows]
    wrong = [one for one in checking.problems(changed, found.schema, shelf(survey).rows) if one.column == column]
    if wrong:
        raise UserError("reference.not-allowed", wrong[0].sentence, where=column)
    body = {"column": column, "shown": row[column], "proposed": proposed, "reason": reason.strip()}
    said = survey.state(DISPUTE, SEPARATOR.join((table, *key)), body | {"source": source.strip()})
    text = _("The doubt about {column} of “{name}” is kept and goes with the next package.").format(
        column=column, name=" · ".join(key)
    )
    return Outcome(_dispute(said, shelf(survey)), frozenset({"survey"}), (Notice("reference.doubted", text),))


def write_out(survey: SurveyFile, table: str, target: Path) -> Outcome[Path]:
    """Write a table as it stands into a workbook, to be corrected and brought back.

    Rows that are no official text say so in a column of their own, which is passed over on the way back.
    """
    from cami_survey.exports.formbook import Sheet, write

    here = shelf(survey)
    found = table_of(here, table)
    doubts = [
        {
            **dict(zip(found.schema.key, dispute.key, strict=True)),
            "column": dispute.column,
            "shown": dispute.shown,
            "proposed": dispute.proposed,
            "reason": dispute.reason,
            "source": dispute.source,
            "by": dispute.by,
            "at": dispute.at.date().isoformat(),
        }
        for dispute in here.disputes(table)
    ]
    told = ["column", "shown", "proposed", "reason", "source", "by", "at"]
    held = [row for row in found.rows if not is_official(row, found.schema)]
    rows = [{**row, STANDING: _("not official")} if row in held else row for row in found.rows]
    about = [
        {"what": _("Version"), "text": found.version},
        {"what": _("Source"), "text": found.source},
        {"what": _("not official"), "text": str(len(held))},
    ]
    write(
        target,
        [
            Sheet(table[:31], [*found.schema.columns, *([STANDING] if held else [])], rows),
            Sheet("about", ["what", "text"], about),
            Sheet("disputes", [*found.schema.key, *told], doubts),
        ],
    )
    return Outcome(target, notices=(Notice("reference.written", _("Written: {path}").format(path=target)),))


def _schema(name: str) -> Schema:
    found = schema_of(name)
    assert found is not None
    return found


def _row(table: Table, key: Key) -> Row:
    row = table.row(key)
    if row is None:
        keys = {" · ".join(key_of(row, table.schema)) for row in table.rows}
        near = nearest(" · ".join(key), keys)
        raise UserError(
            "reference.no-row",
            _("“{name}” has no row “{key}”.").format(name=table.name, key=" · ".join(key)),
            advice=_("Did you mean “{name}”?").format(name=near) if near else "",
            where=" · ".join(key),
        )
    return row


def _table(survey: SurveyFile, said: Statement) -> Table:
    content = survey.attachment(said.body["file"]).decode("utf-8-sig")
    return Table(
        name=said.subject,
        version=said.body.get("version", ""),
        source=said.body.get("source", ""),
        rows=tuple(csv.DictReader(io.StringIO(content))),
        shipped=False,
        brought_by=said.device_name or said.device[:8],
        at=said.at,
    )


def _dispute(said: Statement, standing: Shelf) -> Dispute:
    table, *key = said.subject.split(SEPARATOR)
    body: Mapping[str, str] = said.body
    column, proposed = body.get("column", ""), body.get("proposed", "")
    try:
        row = standing.table(table).row(tuple(key))
    except KeyError:
        row = None
    return Dispute(
        table=table,
        key=tuple(key),
        column=column,
        shown=body.get("shown", ""),
        proposed=proposed,
        reason=body.get("reason", ""),
        source=body.get("source", ""),
        by=said.device_name or said.device[:8],
        at=said.at,
        settled=row is not None and row.get(column, "") == proposed,
    )
