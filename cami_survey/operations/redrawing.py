"""Lists and files of choices as a newer table has them: what comes, what goes out of use, what is said otherwise.

A list is drawn from a table if it holds every row of it as the table stood at some time, with at most two choices of
its own; a list of some rows alone is drawn too, but gets no new ones. Somebody's own words for a choice stay.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cami_survey.base.texts import translator
from cami_survey.reference import drawn

if TYPE_CHECKING:
    from cami_survey.base.records import FormContent
    from cami_survey.engine.api import Listed
    from cami_survey.reference.drawn import Drawn, File

OWN = 2
FEWEST = 3
LANGUAGE = re.compile(r"\(([A-Za-z-]+)\)\s*$")
FILE_COLUMNS = {"name", "label", "country", "pow", "retired"}


@dataclass(frozen=True, slots=True)
class ListChange:
    """What becomes of one list: names of choices that come, that go out of use, and whose words change.

    `unworded`: choice and language of the form where the tables have no words, so that a person has to look.
    """

    name: str
    added: tuple[str, ...] = ()
    retired: tuple[str, ...] = ()
    reworded: tuple[str, ...] = ()
    unworded: tuple[tuple[str, str], ...] = ()


def new_lists(
    content: FormContent, states: Sequence[Mapping[str, list[Drawn]]]
) -> tuple[dict[str, list[Listed]], list[ListChange]]:
    from cami_survey.engine.api import read_lists

    changed, changes = {}, []
    for name, items in read_lists(content.xform).items():
        tables = _tables_of([item.name for item in items if not item.retired], states)
        if tables is not None:
            change, made = _redrawn(name, items, *tables)
            if change is not None:
                changed[name] = made
                changes.append(change)
    return changed, changes


def _tables_of(
    names: Collection[str], states: Sequence[Mapping[str, list[Drawn]]]
) -> tuple[list[dict[str, Drawn]], bool] | None:
    """The table a list is drawn from, as it stood and stands, and whether the list has all of it."""
    here = set(names)
    for table in states[-1]:
        by_name = [{choice.name: choice for choice in state[table]} for state in states]
        known = [set(one) for one in by_name if one]
        if any(one <= here and len(here - one) <= OWN for one in known):
            return by_name, True
        if len(here) >= FEWEST and here <= set().union(*known):
            return by_name, False
    return None


def _redrawn(
    name: str, items: Sequence[Listed], states: list[dict[str, Drawn]], whole: bool
) -> tuple[ListChange | None, list[Listed]]:
    now, known = states[-1], set().union(*states)
    languages = list(items[0].labels)
    made = [
        _live(item, states) if item.name in now else _retired(item) if item.name in known else item for item in items
    ]
    added = [choice for choice in now if whole and choice not in {item.name for item in items}]
    for choice in added:
        made.insert(_place(choice, list(now), made), _fresh(now[choice], languages))
    before = {item.name: item for item in items}
    reworded = [
        item for item in made if item.name in now and item.name in before and item.labels != before[item.name].labels
    ]
    retired = [item.name for item in made if item.retired and not before[item.name].retired]
    back = [item.name for item in items if item.retired and item.name in now]
    if not (added or retired or reworded or back):
        return None, made
    unworded = [(choice, language) for choice in added for language in languages if not _has(now[choice], language)]
    unworded += [
        (item.name, language)
        for item in reworded
        for language in languages
        if item.labels[language] == before[item.name].labels[language] and not _has(now[item.name], language)
    ]
    change = ListChange(
        name, (*added, *back), tuple(retired), tuple(item.name for item in reworded if item.name not in back),
        tuple(unworded),
    )  # fmt: skip
    return change, made


def _code(language: str) -> str:
    """The code of a form's language; English where it has none."""
    found = LANGUAGE.search(language)
    return found[1] if found else drawn.SOURCE


def _has(choice: Drawn, language: str) -> bool:
    return bool(choice.words.get(_code(language)))


def _fresh(choice: Drawn, languages: Iterable[str]) -> Listed:
    from cami_survey.engine.api import Listed

    return Listed(choice.name, {language: choice.word(_code(language)) for language in languages})


def _live(item: Listed, states: list[dict[str, Drawn]]) -> Listed:
    """A choice with the words of the table where it had those of an older one; somebody's own words stay."""
    old = [state[item.name] for state in states if item.name in state]
    labels = dict(item.labels)
    for language, label in item.labels.items():
        code = _code(language)
        known = {choice.word(code) for choice in old}
        if label in known | ({_marked(one, code) for one in known} if item.retired else set()):
            labels[language] = states[-1][item.name].word(code)
        elif item.retired:
            labels[language] = _unmarked(label, code)
    return replace(item, labels=labels, retired=False)


def _retired(item: Listed) -> Listed:
    if item.retired:
        return item
    labels = {language: _marked(label, _code(language)) for language, label in item.labels.items()}
    return replace(item, labels=labels, retired=True)


def _marked(label: str, code: str) -> str:
    _ = translator(code)
    return _("{label} (no longer in the table)").format(label=label)


def _unmarked(label: str, code: str) -> str:
    before, after = _marked("\0", code).split("\0")
    return label.removeprefix(before).removesuffix(after)


def _place(name: str, order: list[str], made: Sequence[Listed]) -> int:
    """Where a new choice stands: behind the one that is before it in the table."""
    there = {item.name: at for at, item in enumerate(made)}
    before = next((other for other in reversed(order[: order.index(name)]) if other in there), None)
    return 0 if before is None else there[before] + 1


def new_files(content: FormContent, states: Sequence[Mapping[str, File]]) -> tuple[dict[str, bytes], list[ListChange]]:
    made, changes = {}, []
    for name, rows in states[-1].items():
        here = _rows(content.media[name]) if name in content.media else []
        if _is_drawn(here, [state[name] for state in states]):
            change, new = _refilled(name, here, rows)
            if change is not None:
                made[name] = drawn.as_csv(new)
                changes.append(change)
    return made, changes


def _rows(content: bytes) -> File:
    try:
        return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    except (UnicodeDecodeError, csv.Error):
        return []


def _is_drawn(here: File, states: Iterable[File]) -> bool:
    """Whether a file is one of ours: its columns, and the rows of the table as it stood at some time."""
    names = {row.get("name") for row in here if not row.get("retired")}
    columns = {column for row in here for column in row}
    return {"name", "label"} <= columns <= FILE_COLUMNS and any(names == {row["name"] for row in one} for one in states)


def _refilled(name: str, here: File, rows: File) -> tuple[ListChange | None, File]:
    before, now = {row["name"]: row for row in here}, {row["name"]: row for row in rows}
    gone = [row if row.get("retired") else _retired_row(row) for key, row in before.items() if key not in now]
    fresh = [key for key in now if key not in before or before[key].get("retired")]
    retired = [row["name"] for row in gone if not before[row["name"]].get("retired")]
    plain = [{column: text for column, text in row.items() if column != "retired"} for row in here]
    reworded = [row["name"] for row in plain if now.get(row["name"], row) != row and row["name"] not in fresh]
    change = ListChange(name, tuple(fresh), tuple(retired), tuple(reworded))
    return (change if fresh or retired or reworded else None), [*rows, *gone]


def _retired_row(row: dict[str, str]) -> dict[str, str]:
    return row | {"label": _marked(row["label"], drawn.SOURCE), "retired": "yes"}
