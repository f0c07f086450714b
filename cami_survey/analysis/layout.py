"""Which tables a form has and which answer goes where; grows when answers turn up that no version knows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from cami_survey.analysis.definitions import Choice, Definition, Question, Repeat
from cami_survey.analysis.rows import Raw, RawRows
from cami_survey.analysis.values import is_canonical_number
from cami_survey.base.texts import _

_KEY = re.compile(r"\[[^\]]*\]")
RECORD = "@record"
# Answers of a question whose codes are known to be kept.
REMEMBERED = 5000
CODE = "@code"
RECORD_COLUMNS = (
    Question(RECORD),
    Question(CODE),
    Question("@state"),
    Question("@conflicts", kind="boolean"),
    Question("@device"),
    Question("@facilitator"),
    Question("@form_version"),
    Question("@started", kind="datetime"),
    Question("@changed", kind="datetime"),
)


class Sheet:
    """The answers at one level: the form itself (`path` empty) or a repeat. A row holds one text per question.

    `codes`: slot of a question with several choices -> the form's codes and those that occur. `numeric`: slot of a
    computed text -> whether a number was seen there and nothing else. `places`: where each slot stands in a row, where
    that is not its number; behind the end where no row has it.
    """

    def __init__(self, path: str, repeats: tuple[str, ...], title: str) -> None:
        self.path = path
        self.repeats = repeats
        self.title = title
        self.questions: list[Question] = []
        self.slots: dict[str, int] = {}
        self.rows = RawRows()
        self.numeric: dict[int, bool] = {}
        self.codes: dict[int, dict[str, None]] = {}
        self.places: Sequence[int] = ()
        self._seen: dict[int, set[str | None]] = {}
        for question in self._leading():
            self.place(question)

    def _leading(self) -> list[Question]:
        if not self.repeats:
            return list(RECORD_COLUMNS)
        keys = [Question(f"@{path.rsplit('/', 1)[-1]}_key") for path in self.repeats]
        return [Question(RECORD), *_numbered(keys), Question(CODE)]

    @property
    def keys(self) -> int:
        """How many leading columns name a row: the record and one key per enclosing repeat."""
        return 1 + len(self.repeats)

    def place(self, question: Question) -> int:
        """The slot of this question, made if there was none."""
        key = question.path[len(self.path) :] if not question.path.startswith("@") else question.path
        if key not in self.slots:
            self.slots[key] = slot = len(self.questions)
            self.questions.append(question)
            if question.shape in ("choices", "ranking"):
                self.codes[slot] = dict.fromkeys(choice.code for choice in question.choices)
                self._seen[slot] = {None}
            elif question.shape == "computed" and question.kind == "text":
                self.numeric[slot] = False
        return self.slots[key]

    def keep(self, row: Raw) -> None:
        """Append a row, and learn which codes occur and which computed texts are all numbers."""
        row.extend([None] * (len(self.questions) - len(row)))
        for slot, seen in self._seen.items():
            text = row[slot]
            if text not in seen:
                self._learn_codes(slot, text)
        for slot in list(self.numeric):
            if text := row[slot]:
                self._learn_number(slot, text)
        self.rows.append(row)

    def _learn_codes(self, slot: int, text: str | None) -> None:
        self.codes[slot].update(dict.fromkeys((text or "").split()))
        if len(self._seen[slot]) < REMEMBERED:
            self._seen[slot].add(text)

    def _learn_number(self, slot: int, text: str) -> None:
        if is_canonical_number(text):
            self.numeric[slot] = True
        else:
            del self.numeric[slot]


def _numbered(keys: list[Question]) -> list[Question]:
    paths = [key.path for key in keys]
    return [
        replace(key, path=f"{key.path}{paths[:index].count(key.path) + 1}") if key.path in paths[:index] else key
        for index, key in enumerate(keys)
    ]


class Layout:
    """The tables of one form over all its versions, newest first: union of questions in the newest version's order."""

    def __init__(self, definitions: Sequence[Definition]) -> None:
        newest = definitions[0]
        self.form_id = newest.form_id
        self.main = Sheet("", (), newest.title or newest.form_id)
        self.repeats: dict[str, Sheet] = {}
        self.private = {q.path for version in definitions for q in version.questions if q.private}
        self._asked = {q.path: q for version in reversed(definitions) for q in version.questions}
        self.quiet = {q.path: q for version in reversed(definitions) for q in version.questions if q.quiet}
        for repeat in merged_repeats(definitions):
            language = newest.languages[0]
            self.repeats[repeat.path] = Sheet(repeat.path, repeat.repeats, repeat.labels.get(language, ""))
        for question in merged_questions(definitions):
            if question.path not in self.private and question.path not in self.quiet:
                self.home(question.repeats).place(question)

    def home(self, repeats: tuple[str, ...]) -> Sheet:
        """The sheet of the innermost of these repeats, made if no version knows it."""
        if not repeats:
            return self.main
        path = repeats[-1]
        if path not in self.repeats:
            self.repeats[path] = Sheet(path, repeats, path)
        return self.repeats[path]

    def generic(self, field: str) -> str:
        """The field without the keys of repeat instances."""
        return _KEY.sub("", field)

    def reason(self, path: str) -> Question:
        """The column for why unusual answers to the question at `path` were kept."""
        asked = self._asked.get(path)
        labels = asked.labels if asked is not None else {}
        said = {language: _("Reason for: {question}").format(question=text) for language, text in labels.items()}
        return Question(f"{path}_reason", labels=said, group=asked.group if asked is not None else {})

    @property
    def sheets(self) -> list[Sheet]:
        """The form's sheet and those of its repeats."""
        return [self.main, *self.repeats.values()]

    def close(self) -> None:
        """Free the rows."""
        for sheet in self.sheets:
            sheet.rows.close()


def merged_repeats(definitions: Sequence[Definition]) -> list[Repeat]:
    """Every repeat of these versions once."""
    return list({repeat.path: repeat for version in reversed(definitions) for repeat in version.repeats}.values())


def merged_questions(definitions: Sequence[Definition]) -> list[Question]:
    """Every question of these versions once, as its newest version has it, with the choices of all versions.

    The newest version's order holds; a question that only older versions have stands behind the one it followed there.
    """
    order: list[str] = []
    merged: dict[str, Question] = {}
    for version in definitions:
        before = -1
        for question in version.questions:
            if question.path in merged:
                merged[question.path] = _with_choices(merged[question.path], question.choices)
                before = order.index(question.path) if len(definitions) > 1 else before
                continue
            merged[question.path] = question
            before += 1
            order.insert(before, question.path)
    return [merged[path] for path in order]


def _with_choices(question: Question, older: tuple[Choice, ...]) -> Question:
    have = {choice.code for choice in question.choices}
    missing = tuple(choice for choice in older if choice.code not in have)
    return replace(question, choices=question.choices + missing) if missing else question
