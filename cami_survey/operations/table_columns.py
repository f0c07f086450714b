"""Which column of a table of others answers which question of a form."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cami_survey.base.errors import UserError, nearest
from cami_survey.base.texts import _

if TYPE_CHECKING:
    from cami_survey.analysis.definitions import Question, Repeat
    from cami_survey.engine.api import Form
    from cami_survey.exports.foreign import ForeignBook, ForeignSheet

# Columns of the other program about the submission, not answers.
ABOUT = {
    "odk": {
        "KEY", "PARENT_KEY", "SubmissionDate", "SubmitterID", "SubmitterName", "AttachmentsPresent",
        "AttachmentsExpected", "Status", "ReviewState", "DeviceID", "Edits", "FormVersion", "meta-instanceID",
        "meta-instanceName", "instanceID", "instanceName", "isValidated",
    },
    "kobo": {
        "__version__", "formhub/uuid", "meta/instanceID", "meta/instanceName", "meta/rootUuid", "meta/deprecatedID",
    },
    "cami": set(),
    "table": {"KEY", "SubmissionDate", "meta-instanceID", "meta/instanceID", "instanceID"},
}  # fmt: skip
PLACE_PARTS = ("Latitude", "Longitude", "Altitude", "Accuracy")
KOBO_PARTS = dict(zip(("latitude", "longitude", "altitude", "precision"), PLACE_PARTS, strict=True))
# The ways of naming a question that a heading is compared with, the surest first.
PATHS, NAMES, LABELS = range(3)
Target = tuple["Question", str]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the file. `name` is what it is called over all sheets: headings of repeats have theirs before them.

    `path` is the question it answers, empty if none; `part` the choice or part of a place that it alone holds. Columns
    that are `about` the submission, or hold what the form works out, are none to be asked for.
    """

    name: str
    title: str
    path: str = ""
    part: str = ""
    about: bool = False


@dataclass(frozen=True, slots=True)
class Matched:
    """A sheet with its columns. `repeats` are those of the form that its rows are of, none for the interviews.

    `targets`: column -> question and part; `questions` are those that a column of this sheet can answer.
    """

    sheet: ForeignSheet
    repeats: tuple[str, ...]
    columns: tuple[Column, ...]
    targets: Mapping[int, Target]
    questions: tuple[Question, ...]


class Matching:
    """The sheets of a file beside a form. `left` names sheets that are of no repeat of it.

    `wishes`: name of a column -> name or path of a question, empty to leave it out. UserError for names nobody knows.
    """

    def __init__(self, form: Form, book: ForeignBook, wishes: Mapping[str, str], asked: Iterable[str] = ()) -> None:
        from cami_survey.analysis.forms import definition_of

        self.form, self.book = form, book
        self._wishes, self._asked = wishes, set(asked)
        self._definition = definition_of(form)
        self._given = {node.path for node in form.preloaded}
        self.left: list[str] = []
        mains = [self._matched(sheet, ()) for sheet in book.mains]
        self.mains = self._of_this_form(mains) if len(mains) > 1 else mains
        self.inner = [one for sheet in book.inner if (one := self._inner(sheet)) is not None]
        self._check_names()

    @property
    def sheets(self) -> list[Matched]:
        """Those of interviews, then those of repeats."""
        return [*self.mains, *self.inner]

    @property
    def lacks_repeats(self) -> bool:
        """Whether the form has repeats, and the file comes from a program that exports their rows apart from it."""
        return self.book.alone and self.book.program in ("kobo", "odk") and bool(self._definition.repeats)

    def columns(self) -> Iterator[Column]:
        """All columns in the order of the file."""
        for matched in self.sheets:
            yield from matched.columns

    def _check_names(self) -> None:
        known = [column.name for column in self.columns()]
        for name in self._asked:
            if name not in known:
                near = nearest(name, known)
                raise UserError(
                    "table.no-column",
                    _("The table has no column “{title}”.").format(title=name),
                    advice=_("Did you mean “{name}”?").format(name=near) if near else "",
                    where=name,
                )

    # ---- sheets

    def _of_this_form(self, mains: list[Matched]) -> list[Matched]:
        """Of an export of several forms, the sheets that answer the most of this one."""
        most = max(len(one.targets) for one in mains)
        chosen = [one for one in mains if len(one.targets) == most]
        self.left += [one.sheet.name for one in mains if one not in chosen]
        return chosen

    def _inner(self, sheet: ForeignSheet) -> Matched | None:
        """The sheet as rows of the repeat that it is called after, or whose questions it has the most of."""
        tried = [(self._called(sheet, repeat), self._matched(sheet, repeat.repeats)) for repeat in self._repeats(sheet)]
        found = max(tried, key=lambda one: (one[0], len(one[1].targets)), default=None)
        if found is None or not (found[0] or found[1].targets):
            self.left.append(sheet.name)
            return None
        return found[1]

    def _repeats(self, sheet: ForeignSheet) -> Sequence[Repeat]:
        """The repeats that a sheet can be of, by what its codebook or its keys say."""
        repeats = self._definition.repeats
        if sheet.paths:
            paths = {path for path, _code in sheet.paths.values()}
            inside = {q.repeats for q in self._definition.questions if q.path in paths}
            return [repeat for repeat in repeats if repeat.repeats in inside]
        if self.book.program != "odk" or not sheet.lines:
            return repeats
        steps = [step.rpartition("[")[0] for step in sheet.lines[0].name.split("/")[1:] if step.endswith("]")]
        alike = [one for one in repeats if [path.rpartition("/")[2] for path in one.repeats] == steps]
        return alike or repeats

    @staticmethod
    def _called(sheet: ForeignSheet, repeat: Repeat) -> bool:
        from cami_survey.exports.foreign import is_called

        name = repeat.path.rpartition("/")[2]
        stem = sheet.name.rpartition("~")[0] or sheet.name
        return is_called(sheet.name, name) or stem == name or stem.endswith(f"-{name}")

    # ---- columns

    def _matched(self, sheet: ForeignSheet, repeats: tuple[str, ...]) -> Matched:
        here = [question for question in self._definition.questions if question.repeats == repeats]
        questions = [question for question in here if self._takes(question)]
        titles, computed = _Titles(questions, repeats), _Titles([q for q in here if not self._takes(q)], repeats)
        names = _distinct(sheet.titles, f"{sheet.name}!" if repeats else "")
        targets: dict[int, Target] = {}
        for at, _title in enumerate(sheet.titles):
            found = self._target(sheet, at, names[at], titles)
            if found is not None:
                targets[at] = found
        targets = _without_doubles(targets, lambda at: self._rank(names[at]))
        columns = tuple(
            Column(
                names[at],
                title,
                *_told(targets.get(at)),
                about=at not in targets
                and (
                    at in sheet.paths
                    or self._is_about(title)
                    or (title.endswith("_URL") and title.removesuffix("_URL") in sheet.titles[:at])
                    or computed.target(sheet.titles, at) is not None
                ),
            )
            for at, title in enumerate(sheet.titles)
            if title
        )
        return Matched(sheet, repeats, columns, targets, tuple(questions))

    def _rank(self, name: str) -> int:
        """What a person asked for now comes before what was remembered, and that before what a heading says."""
        return 0 if name in self._asked else 1 if name in self._wishes else 2

    def _takes(self, question: Question) -> bool:
        """Whether an answer can come from a table: it is asked, or the device gave it where it was asked."""
        if question.path in self._given:
            return "/meta/" not in question.path
        return not question.quiet and question.shape != "computed"

    def _target(self, sheet: ForeignSheet, at: int, name: str, titles: _Titles) -> Target | None:
        if name in self._wishes:
            wish = self._wishes[name]
            if not wish:
                return None
            found, named = titles.target(sheet.titles, at), titles.named(wish)
            if named is None and name in self._asked:
                raise self._unknown(wish, titles)
            # Of a question in several columns, each is known by its own heading. What was remembered may be gone.
            if named is None or (found is not None and found[1] and found[0] == named):
                return found
            return named, ""
        if sheet.paths:
            path, code = sheet.paths.get(at, ("", ""))
            question = titles.at_path(path)
            return (question, code) if question is not None else None
        if sheet.titles[at] in ABOUT[self.book.program]:
            return None
        return titles.target(sheet.titles, at)

    def _is_about(self, title: str) -> bool:
        program = self.book.program
        own = title in ABOUT[program] or (title.startswith("_") and program != "table")
        return own or title.startswith(("SET-OF-", "meta-", "meta/", "meta:", "*meta-"))

    @staticmethod
    def _unknown(wish: str, titles: _Titles) -> UserError:
        near = nearest(wish, [question.name for question in titles.questions])
        return UserError(
            "table.no-question",
            _("The form has no question “{name}” where this table has its rows.").format(name=wish),
            advice=_("Did you mean “{name}”?").format(name=near) if near else "",
            where=wish,
        )


def _told(target: Target | None) -> tuple[str, str]:
    return (target[0].path, target[1]) if target is not None else ("", "")


def _distinct(titles: Sequence[str], before: str) -> list[str]:
    """Names for columns; of headings that stand there several times, the further ones are counted."""
    seen: Counter[str] = Counter()
    names: list[str] = []
    for title in titles:
        seen[title] += 1
        names.append(f"{before}{title}" + (f" ({seen[title]})" if seen[title] > 1 else ""))
    return names


def _without_doubles(targets: Mapping[int, Target], rank: Callable[[int], int]) -> dict[int, Target]:
    """Of two columns that answer the same, the one of the lower rank counts, or the first."""
    best: dict[tuple[str, str], int] = {}
    for at, (question, part) in sorted(targets.items(), key=lambda one: (rank(one[0]), one[0])):
        best.setdefault((question.path, part), at)
    kept = set(best.values())
    return {at: target for at, target in targets.items() if at in kept}


class _Titles:
    """What a heading can be for each of these questions, from the surest way of naming to the least sure."""

    def __init__(self, questions: Sequence[Question], repeats: tuple[str, ...]) -> None:
        self.questions = questions
        self._ways: tuple[dict[str, list[Target]], ...] = ({}, {}, {})
        self._by_path = {question.path: question for question in questions}
        for question in questions:
            self._add(question, repeats[-1] if repeats else "")

    def _add(self, question: Question, repeat: str) -> None:
        below = question.path.lstrip("/").partition("/")[2]
        inside = question.path.removeprefix(f"{repeat}/") if repeat else below
        places = dict.fromkeys((below, inside))
        for place in (question.path, *places, *(place.replace("/", sign) for place in places for sign in "-:")):
            self._name(PATHS, place, question)
        self._name(NAMES, question.name, question)
        for language, label in question.labels.items():
            group = question.group.get(language, "")
            for text in filter(None, (label, f"{group}/{label}" if group and label else "")):
                self._name(LABELS, text, question, language)

    def _name(self, way: int, name: str, question: Question, language: str = "") -> None:
        self._put(way, name, (question, ""))
        if question.type == "geopoint":
            group, slash, last = name.rpartition("/")
            for part in PLACE_PARTS:
                self._put(way, f"{name}-{part}", (question, part))
                self._put(way, f"{name}:{part}", (question, part))
            for suffix, part in KOBO_PARTS.items():
                self._put(way, f"{group}{slash}_{last}_{suffix}", (question, part))
        if question.shape == "choices":
            for choice in question.choices:
                words = {choice.code, choice.labels.get(language) or choice.code} if way == LABELS else {choice.code}
                for word in words:
                    self._put(way, f"{name}/{word}", (question, choice.code))
                    self._put(way, f"{name}-{word}", (question, choice.code))

    def _put(self, way: int, name: str, target: Target) -> None:
        found = self._ways[way].setdefault(_folded(name, way), [])
        if target not in found:
            found.append(target)

    def at_path(self, path: str) -> Question | None:
        """The question with this path."""
        return self._by_path.get(path)

    def named(self, wish: str) -> Question | None:
        """The question that a person means by a path or a name."""
        for way in (PATHS, NAMES):
            found = [question for question, part in self._ways[way].get(_folded(wish, way), ()) if not part]
            if len(found) == 1:
                return found[0]
        return None

    def target(self, titles: Sequence[str], at: int) -> Target | None:
        """The question that a heading means.

        A heading that stands there as often as questions have it means them in the order of the form.
        """
        title = titles[at]
        for way in (PATHS, NAMES, LABELS):
            found = self._ways[way].get(_folded(title, way), [])
            if len(found) == 1:
                return found[0]
            if found and titles.count(title) == len(found):
                return found[titles[:at].count(title)]
        return self._in_groups(title)

    def _in_groups(self, title: str) -> Target | None:
        """The question whose label ends a heading that has the labels of all its groups before it."""
        _group, slash, rest = title.partition("/")
        while slash:
            found = self._ways[LABELS].get(_folded(rest, LABELS), [])
            if len(found) == 1 and found[0][0].group:
                return found[0]
            _group, slash, rest = rest.partition("/")
        return None


def _folded(name: str, way: int) -> str:
    return name if way == PATHS else " ".join(name.split()).casefold()
