"""What hangs on an answer: found from the form alone, before anybody answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from cami_survey.engine.definitions import Definition
from cami_survey.engine.dependencies import reads_of
from cami_survey.engine.graph import COMPUTED, Aspect

if TYPE_CHECKING:
    from cami_survey.engine.form import Form


def hanging_on(form: Form, paths: Iterable[str]) -> dict[str, frozenset[Aspect]]:
    """See `Form.hanging_on`."""
    found: dict[str, set[Aspect]] = {}
    set_by = _set_by(form)
    waiting = [definition for path in paths if (definition := form.by_path.get(path)) is not None]
    while waiting:
        definition = waiting.pop()
        for aspect, home in (*_computed(definition), *(("calculate", other) for other in set_by.get(definition, ()))):
            for inner in home.walk() if aspect in ("relevant", "count") else (home,):
                if aspect not in found.setdefault(inner.path, set()):
                    found[inner.path].add(aspect)
                    waiting.append(inner)
    return {path: frozenset(aspects) for path, aspects in found.items()}


def _computed(definition: Definition) -> Iterator[tuple[Aspect, Definition]]:
    for edge in definition.edges:
        if edge.target.aspect in COMPUTED:
            yield edge.target.aspect, edge.target.definition


def _set_by(form: Form) -> dict[Definition, list[Definition]]:
    """Definition -> those that an action gives a value made of it, or when it changes."""
    found: dict[Definition, list[Definition]] = {}
    for action in form.actions:
        read = reads_of((action.value,), action.definition, form.root) if action.value is not None else set()
        sources = {one.definition for one in read} | ({action.trigger} if action.trigger is not None else set())
        for source in sources:
            found.setdefault(source, []).append(action.definition)
    return found
