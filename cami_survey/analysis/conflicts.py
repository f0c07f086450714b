"""What is not settled: every claim of every conflict, which no answer column can hold."""

from __future__ import annotations

from cami_survey.analysis.gather import REMARK, OriginOf
from cami_survey.analysis.layout import Layout
from cami_survey.analysis.model import Column, Table
from cami_survey.analysis.rows import RawRows, ReadRows
from cami_survey.analysis.values import READERS
from cami_survey.base.records import RecordView
from cami_survey.base.texts import _


class Disputes:
    """Collects the conflicts of records, without private answers and remarks."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._rows = RawRows()

    def add(self, view: RecordView, origin: OriginOf) -> None:
        """One row per claim."""
        for conflict in view.conflicts:
            if conflict.field.startswith(REMARK) or self._layout.generic(conflict.field) in self._layout.private:
                continue
            for claim in conflict.claims:
                self._rows.append(
                    [
                        view.record,
                        conflict.code or origin(view).code,
                        view.form_id,
                        conflict.field,
                        conflict.before,
                        claim.value,
                        "true" if claim.value is None else "false",
                        claim.device_name,
                        claim.written.isoformat(),
                    ]
                )

    def table(self) -> Table:
        """Record, field, the value from before, one claim per row."""
        columns = (
            Column("_record", _("Record")),
            Column("_code", _("Code")),
            Column("_form", _("Form")),
            Column("field", _("Answer in conflict")),
            Column("before", _("Value before")),
            Column("claim", _("Value that claims to be right")),
            Column("deleted", _("Claims that there is no answer"), "boolean"),
            Column("device", _("Written on device")),
            Column("written", _("Written"), "datetime"),
        )
        readers = [READERS.get(column.kind, str) for column in columns]
        return Table(
            "conflicts",
            _("Unsettled conflicts"),
            columns,
            ReadRows(
                self._rows,
                lambda raw: [None if text is None else read(text) for read, text in zip(readers, raw, strict=True)],
            ),
        )

    def close(self) -> None:
        """Free the rows."""
        self._rows.close()
