"""Names that are different in the form and the same in a table."""

from __future__ import annotations

from collections.abc import Iterator

from cami_survey.base.texts import _
from cami_survey.engine.definitions import Definition
from cami_survey.engine.errors import FormProblem
from cami_survey.engine.form import Form

LONGEST_SHEET = 31


def colliding_names(form: Form) -> Iterator[FormProblem]:
    """Columns of one table that differ only in capitals, and sheets that are the same once they are cut."""
    columns: dict[tuple[Definition | None, str], Definition] = {}
    sheets: dict[str, Definition] = {}
    for definition in form.root.walk():
        if definition.is_attribute or definition.parent is None or "/meta/" in definition.path:
            continue
        if definition.repeat is not None:
            yield from _sheet(definition, sheets)
        elif definition.is_leaf:
            yield from _column(definition, columns)


def _column(
    definition: Definition, columns: dict[tuple[Definition | None, str], Definition]
) -> Iterator[FormProblem]:  # fmt: skip
    key = (definition.nearest_repeat, definition.name.casefold())
    first = columns.setdefault(key, definition)
    if first.name != definition.name:
        text = _("“{name}” and “{other}” differ only in capitals; many tables cannot tell them apart.")
        reason = text.format(name=definition.name, other=first.name)
        yield FormProblem(reason, "form.similar-name", path=definition.path)


def _sheet(definition: Definition, sheets: dict[str, Definition]) -> Iterator[FormProblem]:
    first = sheets.setdefault(definition.name[:LONGEST_SHEET].casefold(), definition)
    if first is not definition and first.name != definition.name:
        text = _("The repeats “{name}” and “{other}” get the same sheet name: it has at most 31 characters.")
        reason = text.format(name=definition.name, other=first.name)
        yield FormProblem(reason, "form.similar-name", path=definition.path)
