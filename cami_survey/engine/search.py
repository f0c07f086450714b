"""Choices by `search()`: an appearance that asks a file beside the form for rows.

`search('file')`, `search('file', how, columns, text)` and both with a further column and its wanted text, where `how`
is contains, startswith, endswith or matches.
Source: https://docs.getodk.org/form-datasets/#dynamic-selects-from-preloaded-data.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cami_survey.base.errors import nearest
from cami_survey.base.texts import _
from cami_survey.engine.definitions import Item, Itemset
from cami_survey.engine.errors import XPathError
from cami_survey.engine.expressions import Expression
from cami_survey.engine.tree import element_name
from cami_survey.engine.xpath.parser import parse
from cami_survey.engine.xpath.syntax import Call, Compare, Expr, Literal, Logic, NameTest, Path, Step, rebuilt

if TYPE_CHECKING:
    from cami_survey.engine.xpath.compiler import Compiler

NAME = "search("
PARTS = re.compile(r"""'[^']*'|"[^"]*"|[()]""")
TESTS = {"contains": "contains", "startswith": "starts-with", "endswith": "ends-with", "matches": "="}
HERE = Call("current", ())


@dataclass(frozen=True, slots=True)
class Searched:
    """The list a search gives, and the file it looks into, without its ending."""

    itemset: Itemset
    file: str


def search_call(appearance: str) -> str:
    """The call of `search()` in an appearance, to its closing bracket; empty without one."""
    start = appearance.find(NAME)
    if start < 0:
        return ""
    depth = 0
    for part in PARTS.finditer(appearance, start):
        depth += {"(": 1, ")": -1}.get(part[0], 0)
        if depth == 0 and part[0] == ")":
            return appearance[start : part.end()]
    return appearance[start:]


def without_search(appearance: str) -> str:
    """The appearance without the call."""
    return appearance.replace(search_call(appearance), " ") if NAME in appearance else appearance


def searched(written: str, named: Item, compiler: Compiler) -> Searched:
    """The list of a search; value and label of `named` are names of columns. XPathError if it is wrong."""
    call = parse(written)
    arguments = call.arguments if isinstance(call, Call) else ()
    if len(arguments) not in (1, 4, 6) or not isinstance(arguments[0], Literal):
        raise XPathError(_("search() takes a file in quotes, then how, columns and a text, then a column and a text."))
    file = arguments[0].text.strip().removesuffix(".csv")
    predicates = []
    if len(arguments) > 1:
        predicates.append(_test(arguments[1], arguments[2], arguments[3]))
    if len(arguments) > 4:
        predicates.append(_test(Literal("matches"), arguments[4], arguments[5]))
    start = Call("instance", (Literal(file),))
    nodes = Path(False, start, (_child("root"), Step("child", NameTest("", "item"), tuple(predicates))))
    value = Expression(element_name(named.value), compiler)
    return Searched(Itemset(Expression(written, compiler, nodes), value, None, False, named.label), file)


def _child(name: str) -> Step:
    return Step("child", NameTest("", name))


def _test(how: Expr, columns: Expr, wanted: Expr) -> Expr:
    kind = how.text.strip().lower() if isinstance(how, Literal) else ""
    if kind not in TESTS or not isinstance(columns, Literal):
        known, like = ", ".join(TESTS), nearest(kind, TESTS)
        reason = _("search() looks by {known}, in columns named in quotes.").format(known=known)
        raise XPathError(reason + (" " + _("Did you mean {name}?").format(name=like) if like else ""))
    text = rebuilt(wanted, _from_the_question)
    tests = tuple(_of_column(kind, name.strip(), text) for name in columns.text.split(","))
    return tests[0] if len(tests) == 1 else Logic("or", tests)


def _of_column(kind: str, column: str, text: Expr) -> Expr:
    cell = Path(False, None, (_child(element_name(column)),))
    if kind == "matches":
        return Compare("=", cell, Call("string", (text,)))
    return Call(TESTS[kind], (Call("lower", (cell,)), Call("lower", (text,))))


def _from_the_question(part: Expr) -> Expr:
    """Relative paths start at the question, not at the row that is looked at."""
    if isinstance(part, Path) and not part.absolute and part.start is None:
        return Path(False, HERE, part.steps)
    return part
