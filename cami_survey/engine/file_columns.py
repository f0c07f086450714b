"""Columns that a form reads from the files beside it, and the files do not have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cami_survey.base.errors import nearest
from cami_survey.base.texts import _, ngettext
from cami_survey.engine.definitions import Definition, Itemset
from cami_survey.engine.errors import FormProblem, shortened
from cami_survey.engine.expressions import Expression
from cami_survey.engine.secondary import LIST_NAME, Table
from cami_survey.engine.tree import ELEMENT, Node, element_name
from cami_survey.engine.xpath.paths import child_names
from cami_survey.engine.xpath.syntax import Call, Expr, Literal, Path, Step, children, walk

LISTED, PULLED = "form.missing-column", "form.missing-pulled-column"


def list_of(expression: Expression) -> str:
    """The name of the list an itemset takes its choices from."""
    tree = expression.tree
    while isinstance(tree, Call) and tree.name == "randomize" and tree.arguments:
        tree = tree.arguments[0]
    if isinstance(tree, Path) and isinstance(tree.start, Call) and tree.start.name == "instance":
        argument = tree.start.arguments[0] if tree.start.arguments else None
        return argument.text if isinstance(argument, Literal) else ""
    return ""


def missing_columns(
    root: Definition, instances: Mapping[str, Node], files: Mapping[str, str], listed: frozenset[str]
) -> Iterator[FormProblem]:
    """`files`: list -> file; `listed`: those of them that are parts of a file, told apart by its first column."""
    known = {name: _columns(instances[name]) for name in files if name in instances}
    columns = {name: found for name, found in known.items() if found is not None}
    for definition in root.walk() if columns else ():
        for control in definition.controls:
            name = list_of(control.itemset.nodes) if control.itemset is not None else ""
            if control.itemset is not None and name in columns:
                for column, said in _of_choices(control.itemset, named=name in listed):
                    yield from _missing(column, said, files[name], columns[name], LISTED, definition.path)
                yield from _without_value(control.itemset, instances[name], files[name], definition.path)
        for call in _pulls(definition.bind.calculate):
            name, *wanted = (argument.text for argument in call.arguments[:3] if isinstance(argument, Literal))
            name = name if name in columns else name.removesuffix(".csv")
            for column in map(element_name, wanted if name in columns else ()):
                said = _("{file} has no column “{column}”, which pulldata() asks for: it finds nothing.")
                yield from _missing(column, said, files[name], columns[name], PULLED, definition.path)


def _columns(document: Node) -> frozenset[str] | None:
    """The names of what the rows of a file hold; None where nothing tells them."""
    root = next((child for child in document.children if child.kind == ELEMENT), None)
    if isinstance(root, Table):
        return frozenset(root.columns)
    rows = root.children if root is not None else []
    return frozenset(child.name for row in rows for child in row.children) or None


def _of_choices(itemset: Itemset, *, named: bool) -> Iterator[tuple[str, str]]:
    """Each column that a list needs, and what is said where it is missing."""
    other = _("Columns with other names are given in “parameters”, as value=… and label=….")
    value, label = _only_name(itemset.value), None if itemset.translated else _only_name(itemset.label)
    if named:
        yield LIST_NAME, _("{file} has no column “{column}”: every list of it holds all its rows.")
    if value:
        yield value, _("{file} has no column “{column}” with the values of choices: none can be chosen.") + " " + other
    if label:
        yield label, _("{file} has no column “{column}” with the words of choices: none is shown.") + " " + other
    for column in dict.fromkeys(_filtered_by(itemset.nodes)):
        yield column, _("{file} has no column “{column}”, by which choices are filtered: there are none.")


def _filtered_by(nodes: Expression) -> Iterator[str]:
    """The columns that the filter of a list compares with anything."""
    for path in walk(nodes.tree):
        if isinstance(path, Path) and isinstance(path.start, Call) and path.start.name == "instance":
            waiting = [predicate for step in path.steps for predicate in step.predicates]
            while waiting:
                part = waiting.pop()
                if isinstance(part, Path):
                    yield from filter(None, [_name_of(part)])
                else:
                    waiting.extend(children(part))
            return


def _without_value(itemset: Itemset, document: Node, file: str, path: str) -> Iterator[FormProblem]:
    table, column = document.children[0] if document.children else None, _only_name(itemset.value)
    place = table.places.get(column) if isinstance(table, Table) else None
    empty = [row for row in table.rows if not row[place]] if isinstance(table, Table) and place is not None else []
    if empty:
        row = ", ".join(cell for cell in empty[0] if cell)
        text = ngettext(
            "{number} row of {file} has nothing in the column “{column}” and cannot be chosen: {row}",
            "{number} rows of {file} have nothing in the column “{column}” and cannot be chosen, first this: {row}",
            len(empty),
        )
        said = text.format(number=len(empty), file=file, column=column, row=shortened(row))
        yield FormProblem(said, "form.row-without-value", path=path)


def _only_name(expression: Expression | None) -> str:
    return _name_of(expression.tree) if expression is not None else ""


def _name_of(tree: Expr) -> str:
    """The name where an expression is a plain child step; empty otherwise."""
    steps: tuple[Step, ...] = tree.steps if isinstance(tree, Path) and not tree.absolute and tree.start is None else ()
    names = child_names(steps)
    return names[0] if names is not None and len(names) == 1 else ""


def _pulls(calculation: Expression | None) -> Iterator[Call]:
    """The calls of `pulldata()` whose file and columns are written out."""
    if calculation is None or "pulldata" not in calculation.text:
        return
    for part in walk(calculation.tree):
        pulls = isinstance(part, Call) and part.name == "pulldata"
        if isinstance(part, Call) and pulls and all(isinstance(one, Literal) for one in part.arguments[:3]):
            yield part


def _missing(column: str, said: str, file: str, columns: frozenset[str], code: str, path: str) -> Iterator[FormProblem]:
    if column in columns or any(name.startswith(f"{column}__") for name in columns):  # `label::Russian (ru)`
        return
    like = nearest(column, columns)
    hint = " " + _("Did you mean {name}?").format(name=like) if like else ""
    yield FormProblem(said.format(file=file, column=column) + hint, code, path=path)
