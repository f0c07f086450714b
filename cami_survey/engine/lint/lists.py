"""Lists: used, and filtered by columns they have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cami_survey.base.texts import _
from cami_survey.engine.definitions import Definition
from cami_survey.engine.errors import FormProblem
from cami_survey.engine.file_columns import list_of
from cami_survey.engine.form import Form
from cami_survey.engine.lint.conditions import equal, plain_steps
from cami_survey.engine.lint.items import Lists
from cami_survey.engine.mending.columns import LIST, TYPE, Columns
from cami_survey.engine.mending.lists import list_of as list_of_type
from cami_survey.engine.tree import Node, string_value
from cami_survey.engine.workbook import Workbook
from cami_survey.engine.xpath.syntax import Compare, Expr, Literal, Logic, Number, Path


def unused_lists(workbook: Workbook) -> Iterator[FormProblem]:
    """One notice with all lists that no cell of the form mentions."""
    kinds = Columns(workbook, "survey").named(TYPE)
    columns = Columns(workbook, "choices")
    header = columns.named(LIST)
    lists: dict[str, int] = {}
    for number, row in enumerate(workbook.rows.get("choices", ()), 2):
        if header in row:
            lists.setdefault(row[header], number)
    used = {list_of_type(row.get(kinds, ""))[1] for row in workbook.rows.get("survey", ())}
    written = " ".join(text for _number, _header, text in workbook.cells("survey"))
    unused = [name for name in lists if name not in used and name not in written]
    if unused:
        text = _("No question uses these lists: {lists}.").format(lists=", ".join(unused[:8]))
        yield FormProblem(text, "form.unused-list", "choices", lists[unused[0]], header)


def dead_filters(form: Form) -> Iterator[FormProblem]:
    """Filters that ask for a column or a value that no choice of the list has."""
    lists = Lists(form)
    for definition in form.root.walk():
        control = definition.control
        if control is None or control.itemset is None:
            continue
        name = list_of(control.itemset.nodes)
        items = lists.items(name) if name else ()
        tree = control.itemset.nodes.tree
        if not items or not isinstance(tree, Path):
            continue
        for predicate in (predicate for step in tree.steps for predicate in step.predicates):
            yield from _of_predicate(definition, name, items, predicate)


def _of_predicate(definition: Definition, name: str, items: Sequence[Node], predicate: Expr) -> Iterator[FormProblem]:
    if isinstance(predicate, Logic) and predicate.operator == "and":
        for operand in predicate.operands:
            yield from _of_predicate(definition, name, items, operand)
        return
    if not isinstance(predicate, Compare) or predicate.operator != "=":
        return
    for one, other in ((predicate.left, predicate.right), (predicate.right, predicate.left)):
        column = _column(one)
        if not column:
            continue
        values = {string_value(child) for item in items for child in item.children_named(column)}
        if not values:
            text = _("itemset: no choice of the list “{list}” has anything in the column “{column}”.")
            yield _dead(definition, text.format(list=name, column=column))
        elif isinstance(other, (Literal, Number)) and not _found(other, values):
            text = _("itemset: no choice of the list “{list}” has “{value}” in the column “{column}”.")
            value = other.text if isinstance(other, Literal) else f"{other.value:g}"
            yield _dead(definition, text.format(list=name, column=column, value=value))
        return


def _found(constant: Literal | Number, values: set[str]) -> bool:
    text = constant.text if isinstance(constant, Literal) else f"{constant.value:g}"
    return any(equal(text, value) for value in values)


def _column(expression: Expr) -> str:
    if not isinstance(expression, Path) or expression.absolute or expression.start is not None:
        return ""
    steps = plain_steps(expression)
    return steps[0] if steps is not None and len(steps) == 1 and steps[0] != ".." else ""


def _dead(definition: Definition, reason: str) -> FormProblem:
    return FormProblem(reason, "form.dead-filter", path=definition.path)
