"""Texts in the sources: written so that the extraction finds every one."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages import Catalog

from cami_survey.base.places import PACKAGE
from cami_survey.cli import catalogues

TEXTS_OF = {"_": 1, "ngettext": 2}
SHOWN_BY = {
    "Button", "Cell", "Chip", "Column", "Combo", "CountCard", "DotChart", "ElidedLabel", "Figure", "FirstUse",
    "GridChart", "IconButton", "Label", "Link", "Notice", "Option", "Paper", "Pill", "Problem", "Radio",
    "ReasonDialog", "ResultTable", "SayDialog", "SearchField", "Segments", "Switch", "Table", "TextArea",
    "TextField", "Tick", "UnfitError", "UserError", "addAction", "add_argument", "n_column", "name_column",
    "setAccessibleName", "setPlaceholderText", "setText", "setToolTip", "setWindowTitle", "showMessage", "warn",
}  # fmt: skip
WORDS = re.compile(r"[^\W\d_]{2,}[,;:]? [^\W\d_]|^[A-Z][a-z]{2,}[.:!?…]?$")
NAMES = {"CAMI Survey"}
PICTURES = PACKAGE / "ui" / "screenshots.py"
# Formulas answer in codes; the subjects beside them have the words.
FORMULAS = PACKAGE / "analysis" / "methods"


def calls(source: str) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            yield name, node


def is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def texts_in(path: Path) -> Iterator[tuple[int, list[ast.expr]]]:
    for name, call in calls(path.read_text("utf-8")):
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


def written_out(node: ast.expr) -> Iterator[str]:
    """The words of an argument that stand there as they are shown, also in the pieces of an f-string and in choices."""
    if is_text(node):
        yield node.value
    elif isinstance(node, (ast.JoinedStr, ast.IfExp, ast.BoolOp, ast.BinOp, ast.List, ast.Tuple, ast.keyword)):
        inside = [node.body, node.orelse] if isinstance(node, ast.IfExp) else ast.iter_child_nodes(node)
        for part in inside:
            yield from written_out(part)


def smuggled(source: str) -> list[str]:
    """Words that are shown without having gone through the catalogue, each with its line."""
    return [
        f"{call.lineno} {words!r}"
        for name, call in calls(source)
        if name in SHOWN_BY
        for argument in (*call.args, *call.keywords)
        for words in written_out(argument)
        if WORDS.search(words.strip()) and words.strip(" -") not in NAMES
    ]


@pytest.mark.parametrize(
    "path", [path for path in SOURCES if path != PICTURES and FORMULAS not in path.parents], ids=lambda path: path.stem
)
def test_what_is_shown_goes_through_the_catalogue(path: Path) -> None:
    wrong = [f"{path.relative_to(PACKAGE)}:{words}" for words in smuggled(path.read_text("utf-8"))]
    assert not wrong, f"wrap what people read in _(): {wrong}"


@pytest.mark.parametrize(
    "line",
    [
        'Button("Save")',
        'Label("No answer yet")',
        'Label(f"{n} answers left")',
        'UserError("a.b", _("One"), advice="Try it again.")',
        'parser.add_argument("--to", help="for whom it is")',
        'Column("gap", "Widest gaps")',
        'field.setToolTip("Copy" if ready else _("Wait"))',
        'Segments(["Team", "Public"])',
        'Notice("a.b", "Nothing was written." + rest)',
    ],
)
def test_a_smuggled_text_is_caught(line: str) -> None:
    assert smuggled(line)


@pytest.mark.parametrize("line", ['Button(_("Save"))', 'Label(_("{n} left").format(n=n))', 'UserError("a.b", said)'])
def test_what_went_through_the_catalogue_is_let_pass(line: str) -> None:
    assert smuggled(line) == []
