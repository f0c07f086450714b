"""What is not settled: every claim of every conflict, which no answer column can hold."""

from __future__ import annotations

from collections.abc import Iterable

from cami_survey.analysis.columns import BETWEEN_LABELS, Options, labels_of, text_in
from cami_survey.analysis.definitions import Question
from cami_survey.analysis.gather import OriginOf
from cami_survey.analysis.layout import Layout
from cami_survey.analysis.model import Column, Table
from cami_survey.analysis.rows import RawRows, ReadRows
from cami_survey.analysis.values import READERS
from cami_survey.base.records import RecordView
from cami_survey.base.remarks import ASIDE, COMMENT
from cami_survey.base.sealed import shown
from cami_survey.base.texts import _


class Disputes:
    """Collects the conflicts of records, without private answers and remarks. `questions` are those of the form."""

    def __init__(self, layout: Layout, questions: Iterable[Question], options: Options) -> None:
        self._layout = layout
        self._options = options
        self._questions = {question.path: question for question in questions}
        self._labels: dict[str, dict[str, str]] = {}
        self._rows = RawRows()

    def add(self, view: RecordView, origin: OriginOf) -> None:
        """One row per claim."""
        for conflict in view.conflicts:
            path = self._layout.generic(conflict.field)
            if conflict.field.startswith((COMMENT, ASIDE)) or path in self._layout.private:
                continue
            for claim in conflict.claims:
                self._rows.append(
                    [
                        view.record,
                        conflict.code or origin(view).code,
                        view.form_id,
                        conflict.field,
                        self._question(path),
                        self._said(path, conflict.before),
                        self._said(path, claim.value),
                        "true" if claim.value is None else "false",
                        claim.device_name,
                        claim.written.isoformat(timespec="seconds"),
                    ]
                )

    @property
    def rows(self) -> RawRows:
        """The claims as they are kept."""
        return self._rows

    def _question(self, path: str) -> str | None:
        question = self._questions.get(path)
        return text_in(question.labels, self._options.language) or None if question else None

    def _said(self, path: str, text: str | None) -> str | None:
        """The value as the answer columns have it: choices as labels unless codes are wanted."""
        question = self._questions.get(path)
        if not text or question is None or not question.choices or self._options.codes:
            return shown(text) if text else text
        if path not in self._labels:
            self._labels[path] = labels_of(question.choices, self._options.language)
        return BETWEEN_LABELS.join(self._labels[path].get(code, code) for code in text.split())

    def table(self) -> Table:
        """Record, field, the value from before, one claim per row."""
        columns = (
            Column("_record", _("Record")),
            Column("_code", _("Code")),
            Column("_form", _("Form")),
            Column("field", _("Answer in conflict")),
            Column("question", _("Question")),
            Column("before", _("Value before")),
            Column("claim", _("Value that claims to be right")),
            Column("deleted", _("Claims that there is no answer"), "boolean"),
            Column("device", _("Written on device")),
            Column("written", _("Written"), "datetime"),
        )
        plan = [(slot, READERS.get(column.kind)) for slot, column in enumerate(columns)]
        rows = ReadRows(self._rows, len(columns), plan)
        return Table("conflicts", _("Unsettled conflicts"), columns, rows)

    def close(self) -> None:
        """Free the rows."""
        self._rows.close()
