"""Texts in the sources: written so that the extraction finds every one."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
from babel.messages import Catalog

from cami_survey.base.places import PACKAGE
from cami_survey.cli import catalogues

TEXTS_OF = {"_": 1, "ngettext": 2}
SHOWN_BY = {
    "Button", "Cell", "Chip", "Column", "Combo", "CountCard", "DotChart", "ElidedLabel", "Figure", "FirstUse",
    "GridChart", "HostileArchiveError", "IconButton", "Label", "Link", "MalformedJsonError", "Notice", "Option",
    "Paper", "Pill", "Problem", "Radio", "ReasonDialog", "RefusedError", "ResultTable", "SayDialog", "SearchField",
    "Segments", "Switch", "Table", "TextArea", "TextField", "Tick", "UnfitError", "UserError", "XPathError",
    "addAction", "add_argument", "hostile", "n_column", "name_column", "refuse", "setAccessibleName",
    "setPlaceholderText", "setText", "setToolTip", "setWindowTitle", "showMessage", "warn",
}  # fmt: skip
WORDS = re.compile(r"[^\W\d_]{2,}[,;:]? [^\W\d_]|^[A-Z][a-z]{2,}[.:!?…]?$")
NAMES = {"CAMI Survey"}
# What is said to those who look into the program: `detail` of an error.
TO_DEVELOPERS = {"detail"}
PICTURES = PACKAGE / "ui" / "screenshots.py"
# Formulas answer in codes; the subjects beside them have the words.
FORMULAS = PACKAGE / "analysis" / "methods"


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            yield name, node


def is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def texts_in(tree: ast.AST) -> Iterator[tuple[int, list[str | None]]]:
    """The texts of each line, None for what is not written out."""
    for name, call in calls(tree):
        if name in TEXTS_OF and isinstance(call.func, ast.Name):
            yield call.lineno, [one.value if is_text(one) else None for one in call.args[: TEXTS_OF[name]]]


SOURCES = sorted(PACKAGE.rglob("*.py"))


class Findings(NamedTuple):
    """What one source holds."""

    texts: list[tuple[int, list[str | None]]]
    smuggled: list[str]
    foreign: list[str]


@cache
def found_in(path: Path) -> Findings:
    """Each source is read once for all tests."""
    tree = ast.parse(path.read_text("utf-8"))
    return Findings(list(texts_in(tree)), smuggled(tree), foreign(tree))


def test_a_text_is_written_out_where_it_is_used() -> None:
    wrong = [
        f"{path.relative_to(PACKAGE)}:{line}"
        for path in SOURCES
        for line, texts in found_in(path).texts
        if not texts or None in texts
    ]
    assert not wrong, f"a text is a literal, and .format() stands after the bracket: {wrong}"


def test_the_extraction_finds_every_text(program_texts: Catalog) -> None:
    written = {text for path in SOURCES for _line, texts in found_in(path).texts for text in texts[:1] if text}
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


def smuggled(tree: ast.AST) -> list[str]:
    """Words that are shown without having gone through the catalogue, each with its line."""
    return [
        f"{call.lineno} {words!r}"
        for name, call in calls(tree)
        if name in SHOWN_BY
        for argument in (*call.args, *(one for one in call.keywords if one.arg not in TO_DEVELOPERS))
        for words in written_out(argument)
        if WORDS.search(words.strip()) and words.strip(" -") not in NAMES
    ]


def test_what_is_shown_goes_through_the_catalogue() -> None:
    shown = [path for path in SOURCES if path != PICTURES and FORMULAS not in path.parents]
    wrong = [f"{path.relative_to(PACKAGE)}:{words}" for path in shown for words in found_in(path).smuggled]
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
        'raise MalformedJsonError("a name stands in it twice")',
        'raise refuse(f"{name} lacks its end")',
    ],
)
def test_a_smuggled_text_is_caught(line: str) -> None:
    assert smuggled(ast.parse(line))


@pytest.mark.parametrize("line", ['Button(_("Save"))', 'Label(_("{n} left").format(n=n))', 'UserError("a.b", said)'])
def test_what_went_through_the_catalogue_is_let_pass(line: str) -> None:
    assert smuggled(ast.parse(line)) == []


OUR_OWN = {
    "FormError", "HostileArchiveError", "MalformedJsonError", "UnfitError", "UnknownNode", "UnknownSenderError",
    "UserError", "XPathError",
}  # fmt: skip
WORDS_OF_ERRORS = {"args", "filename", "msg", "orig", "reason", "strerror"}
# Where the words of others are looked at, put into quotation marks or kept for developers, and not shown as ours.
LOOKED_AT = {
    "base/system_errors.py",  # quoted, where no sentence of ours says it
    "engine/wording.py",  # quoted
    "engine/xlsform.py",  # said anew in engine/wording.py
    "engine/xml.py",  # looked at
    "exchange/keys.py",  # looked at
    "exports/geopackage.py",  # a number for base/system_errors.py
    "exports/sheetframes.py",  # a number for base/system_errors.py
    "store/checking.py",  # a detail
    "store/damage.py",  # looked at
    "__main__.py",  # quoted
}


def caught(handler: ast.ExceptHandler) -> set[str]:
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return {getattr(kind, "attr", getattr(kind, "id", "")) for kind in kinds}


def is_said(node: ast.AST, name: str) -> bool:
    """Whether the error `name` becomes a text here."""

    def is_it(one: ast.AST) -> bool:
        return isinstance(one, ast.Name) and one.id == name

    if isinstance(node, ast.Attribute):
        return is_it(node.value) and node.attr in WORDS_OF_ERRORS
    if isinstance(node, ast.FormattedValue):
        return is_it(node.value)
    if isinstance(node, ast.Call):
        function = getattr(node.func, "attr", getattr(node.func, "id", ""))
        given = [*node.args, *(keyword.value for keyword in node.keywords)]
        return function in ("str", "repr", "format") and any(map(is_it, given))
    return False


def foreign(tree: ast.AST) -> list[str]:
    """Lines where the words of somebody else's error, which no catalogue has, go into a text."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ExceptHandler) and node.name and not caught(node) <= OUR_OWN:
            found |= {one.lineno for part in node.body for one in ast.walk(part) if is_said(one, node.name)}
        if isinstance(node, ast.Attribute) and node.attr == "strerror":
            found.add(node.lineno)
    return [f"{line}" for line in sorted(found)]


def test_the_words_of_other_programs_are_not_shown_as_ours() -> None:
    found = {str(path.relative_to(PACKAGE).as_posix()): found_in(path).foreign for path in SOURCES}
    wrong = {name: lines for name, lines in found.items() if lines and name not in LOOKED_AT}
    assert not wrong, f"say it in our words, see base/system_errors.py: {wrong}"


@pytest.mark.parametrize(
    "line",
    [
        '_("{name} cannot be read: {reason}.").format(name=name, reason=error)',
        "_no_steps(name, str(error))",
        'UserError("a.b", f"{error}")',
        "say(error.strerror or error)",
        "say(error.args[0])",
    ],
)
def test_words_of_other_programs_are_caught(line: str) -> None:
    source = f"try:\n    read()\nexcept (OSError, UserError) as error:\n    {line}\n"
    assert foreign(ast.parse(source))


def test_our_own_words_are_let_pass() -> None:
    for kind, line in (("UserError", "say(str(error))"), ("OSError", "raise said(error) from error")):
        assert not foreign(ast.parse(f"try:\n    read()\nexcept {kind} as error:\n    {line}\n"))
