"""An expression of a form: parsed when the form is read, compiled when first needed."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING

from cami_survey.engine.errors import XPathError
from cami_survey.engine.tree import Node
from cami_survey.engine.xpath.code import Code
from cami_survey.engine.xpath.context import Context
from cami_survey.engine.xpath.lexer import tokens
from cami_survey.engine.xpath.parser import parse, room_for_nesting
from cami_survey.engine.xpath.paths import child_names
from cami_survey.engine.xpath.syntax import Call, Expr, Literal, Path, rebuilt, walk
from cami_survey.engine.xpath.values import NAN, Value, to_boolean, to_number, to_text

if TYPE_CHECKING:
    from cami_survey.engine.xpath.compiler import Compiler


SPEAKING = frozenset({"choice-label", "format-date", "format-date-time", "format-number", "jr:choice-name", "jr:itext"})
LASTING = frozenset({"duration"})
VOLATILE = frozenset({"duration", "geo-scatter", "now", "random", "randomize", "today", "uuid"})


def place_of_call(text: str, name: str) -> int | None:
    """The 1-based character at which a function is called first."""
    found = tokens(text)
    return next(
        (
            token.position + 1
            for token, after in pairwise(found)
            if token.kind == "name" and token.text == name and after.text == "("
        ),
        None,
    )


class Expression:
    """`text` as written and its syntax tree. Raises XPathError for what cannot be read or called."""

    __slots__ = ("_code", "_make_tree", "compiler", "text", "tree")

    tree: Expr
    _make_tree: Callable[[], Expr] | None

    @classmethod
    def checked_before(cls, text: str, compiler: Compiler, make_tree: Callable[[], Expr] | None) -> Expression:
        """One that was read and checked on another day: its tree is made, or read again, when somebody needs it."""
        made = cls.__new__(cls)
        made.text = text
        made.compiler = compiler
        made._code = None
        made._make_tree = make_tree
        return made

    def __getattr__(self, name: str) -> Expr:
        if name != "tree":
            raise AttributeError(name)
        with room_for_nesting():
            self.tree = parse(self.text) if self._make_tree is None else self._make_tree()
        return self.tree

    def __init__(self, text: str, compiler: Compiler, tree: Expr | None = None) -> None:
        self.text = text
        self.compiler = compiler
        self.tree = parse(text) if tree is None else tree
        self._code: Code | None = None
        if compiler.primary and "instance" in text:
            self.tree = rebuilt(self.tree, self._in_the_form)
        if text not in compiler.checked or tree is not None:
            for part in walk(self.tree):
                if isinstance(part, Call):
                    self._check(part)
            compiler.checked.add(text)

    def _in_the_form(self, part: Expr) -> Expr:
        """A path from `instance(...)` that names the form's own data is an absolute path."""
        own = Call("instance", (Literal(self.compiler.primary),))
        return Path(True, None, part.steps) if isinstance(part, Path) and part.start == own else part

    def _check(self, call: Call) -> None:
        try:
            self.compiler.check(call)
        except XPathError as error:
            raise XPathError(error.reason, place_of_call(self.text, call.name)) from error

    @property
    def volatile(self) -> bool:
        """Whether a second evaluation may give something else though nothing has changed."""
        return self.calls(VOLATILE)

    def calls(self, names: frozenset[str]) -> bool:
        """Whether one of the functions is called."""
        return any(isinstance(part, Call) and part.name in names for part in walk(self.tree))

    @property
    def speaks(self) -> bool:
        """Whether the language matters."""
        return self.calls(SPEAKING)

    @property
    def child_name(self) -> str:
        """The name where the expression is a plain child step; empty otherwise."""
        tree = self.tree
        names = child_names(tree.steps) if isinstance(tree, Path) and not tree.absolute and tree.start is None else None
        return names[0] if names is not None and len(names) == 1 else ""

    @property
    def code(self) -> Code:
        if self._code is None:
            with room_for_nesting():
                self._code = self.compiler.code(self.tree)
        return self._code

    def value(self, node: Node, context: Context) -> Value:
        """The value; XPathError where the evaluation fails."""
        run = (self._code or self.code).run
        try:
            return run(node, context)
        except RecursionError:
            with room_for_nesting():
                return run(node, context)

    def fails(self, node: Node, context: Context, error: XPathError) -> None:
        """The evaluation at a node has failed: whoever keeps the surroundings may want to say so."""
        context.environment.failed(self.text, node, error.reason)

    def truth(self, node: Node, context: Context) -> bool:
        """The truth value; False where the evaluation fails."""
        try:
            try:
                found = (self._code or self.code).run(node, context)
            except RecursionError:
                found = self.value(node, context)
        except XPathError as error:
            self.fails(node, context, error)
            return False
        return found if found is True or found is False else to_boolean(found)

    def string(self, node: Node, context: Context) -> str:
        """The text for people: empty where the evaluation fails, and for what is no number."""
        try:
            value = self.value(node, context)
            return "" if value != value else to_text(value, context.environment.zone)
        except XPathError as error:
            self.fails(node, context, error)
            return ""

    def number(self, node: Node, context: Context) -> float:
        """The number; NaN where the evaluation fails."""
        try:
            return to_number(self.value(node, context), context.environment.zone)
        except XPathError as error:
            self.fails(node, context, error)
            return NAN

    def nodes(self, node: Node, context: Context) -> list[Node]:
        """The nodes; none where the evaluation fails or gives something else."""
        try:
            found = self.value(node, context)
        except XPathError as error:
            self.fails(node, context, error)
            return []
        return found if isinstance(found, list) else []
