"""Tokens to syntax tree: XPath 1.0 by precedence climbing, chains of one operator flattened."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

from cami_survey.base.texts import _
from cami_survey.engine.errors import XPathError
from cami_survey.engine.xpath.lexer import Token, tokens
from cami_survey.engine.xpath.syntax import (
    Arithmetic,
    Call,
    Compare,
    Expr,
    Filter,
    KindTest,
    Literal,
    Logic,
    NameTest,
    Negate,
    Number,
    Path,
    Step,
    Union,
)

AXES = frozenset(
    {
        "ancestor",
        "ancestor-or-self",
        "attribute",
        "child",
        "descendant",
        "descendant-or-self",
        "following",
        "following-sibling",
        "namespace",
        "parent",
        "preceding",
        "preceding-sibling",
        "self",
    }
)
KINDS = frozenset({"node", "text", "comment", "processing-instruction"})
ANY_NODE = KindTest("node")
ANYWHERE = Step("descendant-or-self", ANY_NODE)
LEVELS: tuple[frozenset[str], ...] = (
    frozenset({"or"}),
    frozenset({"and"}),
    frozenset({"=", "!="}),
    frozenset({"<", "<=", ">", ">="}),
    frozenset({"+", "-"}),
    frozenset({"*", "div", "mod"}),
)
LEVEL_OF = {operator: level for level, operators in enumerate(LEVELS) for operator in operators}
OTHER_LANGUAGES = {
    "==": "=",
    "<>": "!=",
    "=>": ">=",
    "=<": "<=",
    "and": "and",
    "or": "or",
    "div": "div",
    "mod": "mod",
    "/": "div",
}
DEEPEST = 400
FRAMES = 6 * DEEPEST


@contextmanager
def room_for_nesting() -> Iterator[None]:
    """Room on Python's own stack for `DEEPEST` nested brackets, wherever the call comes from."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(before + FRAMES)
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


@lru_cache(maxsize=20_000)
def parse(expression: str) -> Expr:
    """The syntax tree of `expression`; XPathError with the place where it cannot be read."""
    with room_for_nesting():
        reader = _Reader(tokens(expression))
        tree = reader.binary(0)
        reader.expect_end()
        return tree


class _Reader:
    def __init__(self, found: list[Token]) -> None:
        self.tokens = found
        self.at = 0
        self.depth = 0

    @property
    def token(self) -> Token:
        return self.tokens[self.at]

    def symbol(self, *texts: str) -> bool:
        token = self.token
        return token.kind == "symbol" and token.text in texts

    def take(self, *texts: str) -> bool:
        if self.symbol(*texts):
            self.at += 1
            return True
        return False

    def expect(self, text: str) -> None:
        if not self.take(text):
            raise self.unexpected(_("“{text}” is missing").format(text=text))

    def expect_end(self) -> None:
        if self.token.kind != "end":
            raise self.unexpected(_("it should have ended"))

    def unexpected(self, why: str) -> XPathError:
        token = self.token
        if token.kind == "end":
            return XPathError(_("The expression stops too early: {why}.").format(why=why), token.position + 1)
        reason = _("“{text}” is not expected here: {why}.").format(text=token.text, why=why)
        meant = self.meant()
        if meant:
            reason += " " + _("Did you mean {name}?").format(name=meant)
        return XPathError(reason, token.position + 1)

    def meant(self) -> str:
        """What other languages write at this place, as XPath writes it; empty where nothing comes to mind."""
        before = self.tokens[self.at - 1].text if self.at else ""
        pair = before + self.token.text
        return OTHER_LANGUAGES.get(pair) or OTHER_LANGUAGES.get(self.token.text.lower(), "")

    def operator(self) -> str:
        token = self.token
        return token.text if token.kind in ("symbol", "operator") and token.text in LEVEL_OF else ""

    def binary(self, level: int) -> Expr:
        self.depth += 1
        if self.depth > DEEPEST:
            raise XPathError(_("The expression is nested too deeply."))
        left = self.unary()
        while (operator := self.operator()) and LEVEL_OF[operator] >= level:
            left = self.chain(left, LEVEL_OF[operator])
        self.depth -= 1
        return left

    def chain(self, first: Expr, level: int) -> Expr:
        rest: list[tuple[str, Expr]] = []
        while (operator := self.operator()) and LEVEL_OF[operator] == level:
            self.at += 1
            rest.append((operator, self.binary(level + 1)))
        if level < 2:
            return Logic(rest[0][0], (first, *(operand for _name, operand in rest)))
        if level >= 4:
            return Arithmetic(first, tuple(rest))
        for operator, operand in rest:
            first = Compare(operator, first, operand)
        return first

    def unary(self) -> Expr:
        negative, signs = False, 0
        while self.take("-"):
            negative, signs = not negative, signs + 1
        operand = self.union()
        if signs and not negative:
            return Negate(Negate(operand))
        return Negate(operand) if negative else operand

    def union(self) -> Expr:
        parts = [self.path()]
        while self.take("|"):
            parts.append(self.path())
        return parts[0] if len(parts) == 1 else Union(tuple(parts))

    def path(self) -> Expr:
        if self.symbol("/", "//"):
            return self.absolute()
        if self.starts_step():
            return Path(False, None, self.steps())
        primary = self.primary()
        predicates = self.predicates()
        start: Expr = Filter(primary, predicates) if predicates else primary
        if self.symbol("/", "//"):
            return Path(False, start, self.more_steps())
        return start

    def absolute(self) -> Path:
        if self.symbol("//"):
            return Path(True, None, self.more_steps())
        self.at += 1
        return Path(True, None, self.steps() if self.starts_step() else ())

    def more_steps(self) -> tuple[Step, ...]:
        found: list[Step] = []
        while self.symbol("/", "//"):
            if self.token.text == "//":
                found.append(ANYWHERE)
            self.at += 1
            found.append(self.step())
        return tuple(found)

    def steps(self) -> tuple[Step, ...]:
        return (self.step(), *self.more_steps())

    def starts_step(self) -> bool:
        token = self.token
        if token.kind == "wildcard" or self.symbol(".", "..", "@", "*"):
            return True
        if token.kind != "name":
            return False
        following = self.tokens[self.at + 1]
        return not (following.kind == "symbol" and following.text == "(") or token.text in KINDS

    def step(self) -> Step:
        if self.take("."):
            return Step("self", ANY_NODE, self.predicates())
        if self.take(".."):
            return Step("parent", ANY_NODE, self.predicates())
        axis = self.axis()
        return Step(axis, self.node_test(), self.predicates())

    def axis(self) -> str:
        if self.take("@"):
            return "attribute"
        token, following = self.token, self.tokens[self.at + 1] if self.token.kind != "end" else self.token
        if not (following.kind == "symbol" and following.text == "::"):
            return "child"
        if token.text not in AXES:
            raise XPathError(_("“{name}” is not an axis.").format(name=token.text))
        self.at += 2
        return token.text

    def node_test(self) -> NameTest | KindTest:
        token = self.token
        if self.take("*"):
            return NameTest("", "*")
        if token.kind not in ("name", "wildcard"):
            raise self.unexpected(_("a name is missing"))
        self.at += 1
        if token.kind == "name" and token.text in KINDS and self.take("("):
            return self.kind_test(token.text)
        prefix, _colon, local = token.text.rpartition(":")
        return NameTest(prefix, local)

    def kind_test(self, kind: str) -> KindTest:
        target = ""
        if kind == "processing-instruction" and self.token.kind == "literal":
            target = self.token.text
            self.at += 1
        self.expect(")")
        return KindTest(kind, target)

    def predicates(self) -> tuple[Expr, ...]:
        found: list[Expr] = []
        while self.take("["):
            found.append(self.binary(0))
            self.expect("]")
        return tuple(found)

    def primary(self) -> Expr:
        token = self.token
        if token.kind == "number":
            self.at += 1
            return Number(float(token.text))
        if token.kind == "literal":
            self.at += 1
            return Literal(token.text)
        if self.take("("):
            inner = self.binary(0)
            self.expect(")")
            return inner
        if token.kind == "name":
            self.at += 2
            return Call(token.text, self.arguments())
        raise self.unexpected(_("a value is missing"))

    def arguments(self) -> tuple[Expr, ...]:
        if self.take(")"):
            return ()
        found = [self.binary(0)]
        while self.take(","):
            found.append(self.binary(0))
        self.expect(")")
        return tuple(found)
