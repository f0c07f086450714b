"""Questions nobody will see, constraints nothing can meet, comparisons with choices that do not exist."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache

from cami_survey.base.texts import _
from cami_survey.engine.definitions import Control, Definition
from cami_survey.engine.errors import FormProblem
from cami_survey.engine.expressions import Expression
from cami_survey.engine.file_columns import list_of
from cami_survey.engine.form import Form
from cami_survey.engine.lint.conditions import Claim, Way, equal, plain_steps, possible, together, ways
from cami_survey.engine.lint.items import Lists
from cami_survey.engine.tree import string_value
from cami_survey.engine.xpath.syntax import Call, Path

WHOLE = frozenset({"int", "integer"})


class Logic:
    """The conditions of one form, each looked at where it stands."""

    def __init__(self, form: Form) -> None:
        self.form = form
        self.lists = Lists(form)
        self.values = lru_cache(maxsize=None)(self._values)

    def problems(self) -> Iterator[FormProblem]:
        """Paths stand for places; they are traced to the sheet later."""
        hidden: set[str] = set()
        for definition in self.form.root.walk():
            if definition.parent is not None and definition.parent.path in hidden:
                hidden.add(definition.path)
                continue
            if definition.bind.relevant is not None and not self._reachable(definition):
                hidden.add(definition.path)
                yield self._unreachable(definition)
                continue
            yield from self._constraint(definition)
            yield from self._unknown_choices(definition)

    def _reachable(self, definition: Definition) -> bool:
        above = [node for node in (definition, *definition.lineage()) if node.bind.relevant is not None]
        parts = [ways(node.bind.relevant.tree, self._resolver(node)) for node in above if node.bind.relevant]
        return any(self._possible(way) for way in together(parts))

    def _unreachable(self, definition: Definition) -> FormProblem:
        assert definition.bind.relevant is not None
        tree = definition.bind.relevant.tree
        own = ways(tree, self._resolver(definition))
        if isinstance(tree, Call) and tree.name == "false":
            text = _("relevant is never true, so this is never asked.")
        elif any(self._possible(way) for way in own):
            text = _("relevant and that of a group around it are never true together, so this is never asked.")
        else:
            text = _("relevant asks for things that cannot be true together, so this is never asked.")
        return FormProblem(text, "form.unreachable", path=definition.path)

    def _constraint(self, definition: Definition) -> Iterator[FormProblem]:
        constraint = definition.bind.constraint
        if constraint is None:
            return
        found = ways(constraint.tree, self._resolver(definition))
        if not any(self._possible((*way, Claim(definition.path, "!=", ""))) for way in found):
            text = _("constraint can never hold, so no answer is accepted.")
            yield FormProblem(text, "form.impossible-constraint", path=definition.path)

    def _possible(self, way: Way) -> bool:
        return possible(way, self._is_whole, self._is_single)

    def _is_whole(self, path: str) -> bool:
        return self.form.by_path[path].bind.type in WHOLE

    def _is_single(self, path: str) -> bool:
        control = self.form.by_path[path].control
        return control is not None and control.kind == "select1"

    def _resolver(self, definition: Definition) -> Callable[[Path], str]:
        return lambda path: self.resolve(path, definition)

    def resolve(self, path: Path, definition: Definition) -> str:
        """The node a plain path means from here; "" where it could be several, or none is known."""
        steps = plain_steps(path)
        if steps is None:
            return ""
        here = definition.path.strip("/").split("/") if not path.absolute else []
        for step in steps:
            here = here[:-1] if step == ".." else [*here, step]
        target = self.form.by_path.get("/" + "/".join(here))
        if target is None or not target.is_leaf:
            return ""
        repeat = target.nearest_repeat
        return target.path if repeat is None or repeat in (definition, *definition.lineage()) else ""

    # ---- choices

    def _unknown_choices(self, definition: Definition) -> Iterator[FormProblem]:
        bind = definition.bind
        named = {"relevant": bind.relevant, "constraint": bind.constraint, "calculate": bind.calculate}
        for use, expression in named.items():
            if expression is not None:
                yield from self._of_expression(use, expression, definition)

    def _of_expression(self, use: str, expression: Expression, definition: Definition) -> Iterator[FormProblem]:
        told: set[tuple[str, str]] = set()
        for way in ways(expression.tree, self._resolver(definition)):
            for claim in way:
                if claim.path is None or claim.operator not in ("=", "holds") or not claim.value:
                    continue
                known = self.values(claim.path)
                if not known or (claim.path, claim.value) in told or any(equal(claim.value, text) for text in known):
                    continue
                told.add((claim.path, claim.value))
                name = claim.path.rpartition("/")[2]
                text = _("{use} compares “{name}” with “{value}”, which is none of the choices of that question.")
                reason = text.format(use=use, name=name, value=claim.value)
                yield FormProblem(reason, "form.unknown-choice", path=definition.path)

    def _values(self, path: str) -> frozenset[str]:
        """The values of a selection whose list lies in the form; empty where they are not known for sure."""
        control = self.form.by_path[path].control
        if control is None or control.kind not in ("select", "select1"):
            return frozenset()
        if control.itemset is None:
            return frozenset(item.value for item in control.items)
        return self._listed(control)

    def _listed(self, control: Control) -> frozenset[str]:
        assert control.itemset is not None
        name = list_of(control.itemset.nodes)
        value = control.itemset.value.child_name
        items = self.lists.items(name) if name and value else ()
        return frozenset(string_value(child) for item in items for child in item.children_named(value))
