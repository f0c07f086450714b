"""Texts in the sources: written so that the extraction finds every one."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages import Catalog

from cami_survey.base.places import PACKAGE
from cami_survey.cli import catalogues

TEXTS_OF = {"_": 1, "ngettext": 2}
SHOWN_BY = {
    "Button", "Chip", "Combo", "ElidedLabel", "Label", "Link", "Pill", "SearchField", "UserError", "setAccessibleName",
    "setPlaceholderText", "setText", "setToolTip", "setWindowTitle", "showMessage",
}  # fmt: skip
NAMES = {"CAMI Survey"}
PICTURES = PACKAGE / "ui" / "screenshots.py"


def calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            yield name, node


def is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def texts_in(path: Path) -> Iterator[tuple[int, list[ast.expr]]]:
    for name, call in calls(path):
        if name in TEXTS_OF and isinstance(call.func, ast.Name):
            yield call.lineno, call.args[: TEXTS_OF[name]]


SOURCES = sorted(PACKAGE.rglob("*.py"))


def test_a_text_is_written_out_where_it_is_used() -> None:
    wrong = [
        f"{path.relative_to(PACKAGE)}:{line}"
        for path in SOURCES
        for line, arguments in texts_in(path)
        if not arguments or not all(map(is_text, arguments))
    ]
    assert not wrong, f"a text is a literal, and .format() stands after the bracket: {wrong}"


def test_the_extraction_finds_every_text(program_texts: Catalog) -> None:
    written = {
        argument.value
        for path in SOURCES
        for _line, arguments in texts_in(path)
        for argument in arguments[:1]
        if isinstance(argument, ast.Constant)
    }
    assert written == {catalogues.source_of(message) for message in program_texts if message.id}
    assert len(written) > 500


@pytest.mark.parametrize("path", [path for path in SOURCES if path != PICTURES], ids=lambda path: path.stem)
def test_what_is_shown_goes_through_the_catalogue(path: Path) -> None:
    wrong = [
        f"{path.relative_to(PACKAGE)}:{call.lineno} {argument.value!r}"
        for name, call in calls(path)
        if name in SHOWN_BY
        for argument in call.args[:2]
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
        if " " in argument.value.strip() and argument.value not in NAMES
    ]
    assert not wrong, f"wrap what people read in _(): {wrong}"
