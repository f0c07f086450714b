"""Text to tokens, with XPath's rules for telling names from operators."""

from __future__ import annotations

import re
from dataclasses import dataclass

from cami_survey.base.texts import _
from cami_survey.engine.errors import XPathError

NAME = r"[^\W\d][\w.\-·]*"
TOKEN = re.compile(
    rf"""\s*(?:
      (?P<number>\d+(?:\.\d*)?|\.\d+)
    | (?P<literal>"[^"]*"|'[^']*')
    | (?P<variable>\$\s*{NAME}(?::{NAME})?)
    | (?P<wildcard>{NAME}:\*)
    | (?P<name>{NAME}(?::(?!:){NAME})?)
    | (?P<symbol>::|//|\.\.|!=|<=|>=|[()\[\].@,|+\-=<>*/])
    )""",
    re.VERBOSE,
)
BEFORE_OPERAND = frozenset({"@", "::", "(", "[", ",", "/", "//", "|", "+", "-", "=", "!=", "<", "<=", ">", ">="})


@dataclass(frozen=True, slots=True)
class Token:
    """`kind` is number, literal, name, wildcard, operator, symbol or end. Operators include `*` as multiplication."""

    kind: str
    text: str
    position: int


OPERATOR_AT_START = re.compile("and|or|mod|div")


def _after_operand(previous: Token | None) -> bool:
    if previous is None or previous.kind == "operator":
        return False
    return previous.kind in ("literal", "name", "number", "wildcard") or previous.text not in BEFORE_OPERAND


def _unreadable(rest: str) -> str:
    """Why the lexer stops before `rest`."""
    if rest[0] in "'\"":
        if not rest[1:]:
            return _("The quotation mark at the end opens a text that is never closed.")
        return _("The quotation mark before “{text}” is not closed.").format(text=rest[1:31])
    if rest[0] in "“”„‘’«»":
        return _("“{text}” cannot be read: quotation marks are to be straight, ' or \".").format(text=rest[:30])
    meant = {"&&": "and", "||": "or", "&gt;": ">", "&lt;": "<", "!": "not()"}
    like = next((name for sign, name in meant.items() if rest.startswith(sign)), "")
    reason = _("“{text}” cannot be read at this place.").format(text=rest[:30])
    return reason + (" " + _("Did you mean {name}?").format(name=like) if like else "")


def tokens(expression: str) -> list[Token]:
    """The tokens of `expression` and an end token; XPathError where a character fits nowhere."""
    found: list[Token] = []
    position, end = 0, len(expression.rstrip())
    while position < end:
        match = TOKEN.match(expression, position)
        if match is None or match.lastgroup is None:
            rest = expression[position:].strip()
            raise XPathError(_unreadable(rest), end - len(rest) + 1)
        group = match.lastgroup
        text = match[group]
        if group == "variable":
            reason = _("Variables such as {name} are not part of forms.").format(name=text)
            raise XPathError(reason, match.start(group) + 1)
        kind, end_of_token = group, match.end()
        if _after_operand(found[-1] if found else None):
            operator = OPERATOR_AT_START.match(text) if group == "name" else None
            if operator is not None:
                text, end_of_token = operator[0], match.start(group) + operator.end()
            if operator is not None or text == "*":
                kind = "operator"
        if group == "literal":
            text = text[1:-1]
        found.append(Token(kind, text, match.start(group)))
        position = end_of_token
    found.append(Token("end", "", end))
    return found
