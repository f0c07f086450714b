"""Records to rows of texts: each answer into the row of its record or of its repeat instance."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from cami_survey.analysis.definitions import Question
from cami_survey.analysis.layout import Layout, Sheet
from cami_survey.analysis.rows import Raw
from cami_survey.analysis.tally import Tally
from cami_survey.base.records import RecordView
from cami_survey.base.remarks import ASIDE, COMMENT, REASON, remarks_in
from cami_survey.base.sealed import readable


@dataclass(frozen=True, slots=True)
class Origin:
    """What a table says of a record besides its answers."""

    code: str = ""
    device: str = ""
    facilitator: str = ""
    started: datetime | None = None


OriginOf = Callable[[RecordView], Origin]


class _Instance:
    """A row in the making: one instance of a repeat in one record."""

    __slots__ = ("order", "parent", "row", "sheet")

    def __init__(self, sheet: Sheet, parent: _Instance | None, row: Raw, order: float) -> None:
        self.sheet = sheet
        self.parent = parent
        self.row = row
        self.order = order

    def place(self) -> tuple[float, ...]:
        return (*(self.parent.place() if self.parent else ()), self.order)


class Gathering:
    """Fills the sheets of a layout, record by record. Memory holds one record and what the sheets keep."""

    def __init__(self, layout: Layout, origin: OriginOf) -> None:
        self._layout = layout
        self._origin = origin
        self.tally = Tally()

    def add(self, view: RecordView) -> None:
        """Take one record in."""
        self.tally.interviews += 1
        self.tally.conflicts += len(view.conflicts)
        self.tally.in_conflict += bool(view.conflicts)
        self.tally.files += len(view.answers.files)
        main = _leading(view, self._origin(view))
        instances: dict[str, _Instance] = {}
        slots = self._layout.main.slots
        remarks: dict[str, str] = {}
        answers = view.answers
        fields = {**answers.computed, **answers.fields} if answers.computed else answers.fields
        if view.has_sealed:
            fields = readable(fields)
        texts = list(map(fields.get, islice(slots, len(main), None)))
        main += [text or None for text in texts] if "" in texts else texts
        # Most interviews have nothing else, and Python's own code sees that at once.
        others = [] if fields.keys() <= slots.keys() else [field for field in fields if field not in slots]
        for field in others:
            text = fields[field]
            if field[0] == "@":
                remarks[field] = text
                self.tally.remarks += field.startswith(COMMENT)
                self.tally.aside += field.startswith(ASIDE)
            elif "[" in field:
                self._put_in_instance(field, text, main, instances)
            elif text:
                self._put_elsewhere(field, text, self._layout.main, main)
        for field, text in remarks_in(REASON, remarks).items():
            self._put_reason(field, text, main, instances)
        self._layout.main.keep(main)
        for instance in sorted(instances.values(), key=_Instance.place):
            instance.sheet.keep(instance.row)

    def _put_in_instance(self, field: str, text: str, main: Raw, instances: dict[str, _Instance]) -> None:
        end = field.rindex("]") + 1
        path = field[:end]
        instance = instances.get(path) or self._instance(path, main, instances)
        if end == len(field):
            instance.order = _number(text, instance.order)
            return
        slot = instance.sheet.slots.get(field[end:])
        if slot is not None:
            instance.row[slot] = text or None
        elif text:
            self._put_elsewhere(instance.sheet.path + field[end:], text, instance.sheet, instance.row)

    def _instance(self, path: str, main: Raw, instances: dict[str, _Instance]) -> _Instance:
        start = path.rindex("[")
        outer = path.rfind("]", 0, start) + 1
        parent = None
        if outer:
            parent = instances.get(path[:outer]) or self._instance(path[:outer], main, instances)
        generic = (parent.sheet.path if parent else "") + path[outer:start]
        sheet = self._layout.home((*(parent.sheet.repeats if parent else ()), generic))
        key = path[start + 1 : -1]
        row: Raw = [None] * len(sheet.questions)
        keys = [*(parent.row[1 : parent.sheet.keys] if parent else ()), key]
        row[: sheet.keys + 1] = [main[0], *keys, main[1]]
        instances[path] = _Instance(sheet, parent, row, _number(key, 1e9 + len(instances)))
        return instances[path]

    def _put_reason(self, field: str, text: str, main: Raw, instances: dict[str, _Instance]) -> None:
        """Why an unusual answer was kept, in a column behind all others. Where the answer went it goes as well."""
        path = self._layout.generic(field)
        end = field.rfind("]") + 1
        instance = instances.get(field[:end])
        if path in self._layout.private:
            self.tally.private += 1
        elif instance is not None:
            _write(instance.sheet, instance.row, self._layout.reason(path), text)
        elif not end:
            _write(self._layout.main, main, self._layout.reason(path), text)

    def _put_elsewhere(self, path: str, text: str, sheet: Sheet, row: Raw) -> None:
        """An answer without a column: a private one, one of a quiet question, or one that no version knows."""
        if path in self._layout.private:
            self.tally.private += 1
            return
        question = self._layout.quiet.get(path)
        if question is None:
            question = Question(path, repeats=sheet.repeats, known=False)
            self.tally.unknown.add(path)
        _write(sheet, row, question, text)


def _write(sheet: Sheet, row: Raw, question: Question, text: str) -> None:
    slot = sheet.place(question)
    row.extend([None] * (len(sheet.questions) - len(row)))
    row[slot] = text


def _leading(view: RecordView, origin: Origin) -> Raw:
    """The texts of the record columns, in their order."""
    started, changed = origin.started, view.changed.isoformat(timespec="seconds")
    return [
        view.record,
        origin.code or None,
        view.state,
        "true" if view.conflicts else "false",
        origin.device or None,
        origin.facilitator or None,
        view.form_version or None,
        # Most were written once.
        changed if started == view.changed else started.isoformat(timespec="seconds") if started else None,
        changed,
    ]


def _number(text: str, otherwise: float) -> float:
    try:
        return float(text)
    except ValueError:
        return otherwise
