"""The paths of an expression that only steps up and down by names: they lead somewhere without a look at the form.

Most expressions of a form are such, and many of its nodes have the same one.
"""

from __future__ import annotations

from typing import NamedTuple

from cami_survey.engine.definitions import Definition
from cami_survey.engine.xpath.syntax import UP, Call, Expr, KindTest, NameTest, Path, Step, children

# What reads something else than the values its arguments lead to, or only a part of them (`dependencies`).
OF_THEIR_OWN = frozenset(
    {
        "choice-label",
        "count",
        "count-non-empty",
        "current",
        "index",
        "indexed-repeat",
        "instance",
        "jr:choice-name",
        "join",
        "max",
        "min",
        "position",
        "sum",
    }
)
HERE = Call("current", ())
SELF = Step("self", KindTest("node"))


class PlainPath(NamedTuple):
    """So many steps up from the node, then down by names; `absolute`: down from the document."""

    absolute: bool
    ups: int
    names: tuple[str, ...]

    def leads_to(self, owner: Definition, root: Definition) -> tuple[Definition | None, Definition | None]:
        """Where it ends, None for nowhere, and the highest definition on the way, None for the document."""
        names = self.names
        if self.absolute:
            found: Definition | None = root if names[0] == root.name else None
            highest, names = None, names[1:]
        else:
            found = owner
            for _step in range(self.ups):
                found = found.parent if found is not None else None
            highest = found
        for name in names:
            found = found.by_name.get(name) if found is not None else None
        return found, highest


def plain_paths(tree: Expr) -> tuple[PlainPath, ...] | None:
    """All paths of an expression; None if one of them is not plain, or if more than values is asked for."""
    found: list[PlainPath] = []
    waiting = [tree]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Path):
            path = _plain(part)
            if path is None:
                return None
            found.append(path)
        elif isinstance(part, Call) and part.name in OF_THEIR_OWN:
            return None
        else:
            waiting.extend(children(part))
    return tuple(found)


def _plain(path: Path) -> PlainPath | None:
    if path.start is not None and path.start != HERE:
        return None
    steps = [step for step in path.steps if step != SELF]
    ups = 0
    while not path.absolute and ups < len(steps) and steps[ups] == UP:
        ups += 1
    names = [step.test.local for step in steps[ups:] if _is_named(step) and isinstance(step.test, NameTest)]
    if len(names) < len(steps) - ups or (path.absolute and not names):
        return None
    return PlainPath(path.absolute, ups, tuple(names))


def _is_named(step: Step) -> bool:
    return step.axis == "child" and not step.predicates and isinstance(step.test, NameTest) and step.test.local != "*"
