"""The rows of counted repeats in a running interview: a key for the value each is about.

The key is the value with everything but ASCII letters, digits, `_`, `-` and `.` percent-encoded. What would read as a
position (`12`), as the key of an instance a person added (`k3f`) or begins with `v-` gets `v-` in front. An instance
without a value of its own (its value came before, or the count goes beyond them) has its position as key.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote

from cami_survey.engine.definitions import Definition
from cami_survey.engine.instance import Live
from cami_survey.engine.speaking import Speaker
from cami_survey.engine.surroundings import below

RESERVED = re.compile(r"[0-9]+|k[0-9a-f]+|v-.*")


def key_of(value: str) -> str:
    """The key of the row about a value; different values have different keys."""
    key = quote(value, safe="", errors="surrogatepass").replace("~", "%7E")
    return f"v-{key}" if RESERVED.fullmatch(key) else key


def keys_of(text: str, count: int) -> list[str]:
    """The keys of `count` instances about the values in `text`, no two the same."""
    keys: dict[str, None] = {}
    values = text.split()[:count]
    for place, value in enumerate(values, 1):
        key = key_of(value)
        keys[str(place) if key in keys else key] = None
    return [*keys, *(str(place) for place in range(len(values) + 1, count + 1))]


def source_field(parent: Live, source: Definition) -> str:
    """The field of the node whose values the rows below `parent` are about."""
    top = _top(parent, source)
    return top.field + source.path[len(top.definition.path) :]


def _top(parent: Live, source: Definition) -> Live:
    """The instance of the source's own repeat that `parent` lies in, or the root."""
    top = parent
    while isinstance(top.parent, Live) and top.definition is not source.nearest_repeat:
        top = top.parent
    return top


class Rows:
    """Names the instances of the repeats in `keyed`."""

    def __init__(self, keyed: tuple[Definition, ...], speaker: Speaker) -> None:
        self._keyed = keyed
        self._speaker = speaker
        self._orders: dict[Definition, dict[str, str]] = {}

    def keys(self, parent: Live, source: Definition, count: int) -> list[str]:
        """The keys that the instances below `parent` should have, in order."""
        found = self._source(parent, source)
        return keys_of(found.text if found is not None else "", count)

    def order(self, parent: Live, repeat: Definition, key: str) -> str:
        """The value of an instance's own field, the same on every machine: the place of its value in the whole list.

        "1" where the order of the rows is a person's or is not known in advance.
        """
        source = repeat.repeat.rows if repeat.repeat is not None else None
        if source is None or key.isdigit():
            return key
        if source not in self._orders:
            self._orders[source] = self._places(parent, source)
        return self._orders[source].get(key, "1")

    def _places(self, parent: Live, source: Definition) -> dict[str, str]:
        node, control = self._source(parent, source), source.control
        if node is None or control is None or control.kind not in ("select", "select1"):
            return {}
        values = dict.fromkeys(self._speaker.fixed_values(control, node))
        return {key_of(value): str(place) for place, value in enumerate(values, 1)}

    @staticmethod
    def _source(parent: Live, source: Definition) -> Live | None:
        return next(iter(below(_top(parent, source), source)), None)

    def plant(self, top: Live) -> None:
        """Names the instances that the form itself shows at or below `top`; those about no value yet are not there."""
        self.read(top, named=False)
        for repeat, parent in self._parents(top):
            for instance in [*parent.instances(repeat)]:
                if instance.key.isdigit():
                    parent.remove(instance)

    def read(self, top: Live, *, named: bool) -> None:
        """Keys (unless they are `named` already and not only placed) and orders of all instances at or below `top`."""
        for repeat, parent in self._parents(top):
            instances = parent.instances(repeat)
            source = repeat.repeat.rows if repeat.repeat is not None else None
            if source is not None and not named:
                node = self._source(parent, source)
                for instance, key in zip(instances, keys_of(node.kept if node else "", len(instances)), strict=True):
                    instance.key = key
            for instance in instances:
                instance.order = self.order(parent, repeat, instance.key)

    def _parents(self, top: Live) -> Iterator[tuple[Definition, Live]]:
        for repeat in self._keyed:
            above = repeat.parent
            if above is not None and (above is top.definition or top.definition in above.lineage()):
                yield from ((repeat, parent) for parent in below(top, above))
