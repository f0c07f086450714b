"""ODK's functions on text, selections and numbers."""

from __future__ import annotations

import base64
import binascii
import hashlib
import math
import secrets
import string
import uuid
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, cast

from cami_survey.base.texts import _
from cami_survey.engine.errors import XPathError
from cami_survey.engine.tree import Node, relevant, says_nothing, string_value
from cami_survey.engine.xpath.code import Code, ToNodes, ToNumber, as_boolean, as_number, as_text
from cami_survey.engine.xpath.context import Context
from cami_survey.engine.xpath.patterns import compiled, found
from cami_survey.engine.xpath.registry import checks, function, special
from cami_survey.engine.xpath.syntax import Expr, Literal
from cami_survey.engine.xpath.values import NAN, Value, node_number, to_boolean, to_number, to_text

if TYPE_CHECKING:
    from cami_survey.engine.xpath.compiler import Compiler


@special("if", 3, 3)
def _if(compiler: Compiler, arguments: tuple[Expr, ...]) -> Code:
    test = as_boolean(compiler.code(arguments[0]))
    yes, no = compiler.code(arguments[1]), compiler.code(arguments[2])
    run_yes, run_no = yes.run, no.run
    kind = yes.kind if yes.kind == no.kind else "any"
    return Code(kind, lambda node, context: run_yes(node, context) if test(node, context) else run_no(node, context))


@special("coalesce", 1, None)
def _coalesce(compiler: Compiler, arguments: tuple[Expr, ...]) -> Code:
    codes = [compiler.code(argument) for argument in arguments]
    runs = [code.run for code in codes]
    last = runs.pop()

    def run(node: Node, context: Context) -> Value:
        for candidate in runs:
            value = candidate(node, context)
            if not is_blank(value):
                return value
        return last(node, context)

    two = len(codes) == 2 and codes[0].kind == "nodes"
    return Code("any", run, number=_number_or(cast(ToNodes, codes[0].run), as_number(codes[1])) if two else None)


def _number_or(nodes_of: ToNodes, other: ToNumber) -> ToNumber:
    """`number(coalesce(path, other))`, the commonest use, without a value in between."""

    def run(node: Node, context: Context) -> float:
        nodes = nodes_of(node, context)
        if not nodes:
            return other(node, context)
        first = nodes[0]
        if not (string_value(first) if first.children else first.text):
            return other(node, context)
        number = first._number
        return node_number(first, context.environment.zone) if number is None else number

    return run


def is_blank(value: Value) -> bool:
    """Whether a value would be written as nothing: empty text, NaN, no nodes or an empty first node."""
    if isinstance(value, float):
        return value != value
    if isinstance(value, list):
        return not value or not string_value(value[0])
    return value == "" and not isinstance(value, bool)


@special("once", 1, 1)
def _once(compiler: Compiler, arguments: tuple[Expr, ...]) -> Code:
    text_of = as_text(compiler.code(arguments[0]))

    def run(node: Node, context: Context) -> str:
        return string_value(node) or text_of(node, context)

    return Code("string", run)


def texts_of(context: Context, values: tuple[Value, ...]) -> Iterator[str]:
    """Every value as text, every node of a node set for itself."""
    for value in values:
        if isinstance(value, list):
            yield from map(string_value, value)
        else:
            yield to_text(value, context.environment.zone)


def _numbers(context: Context, values: tuple[Value, ...]) -> Iterator[float]:
    zone = context.environment.zone
    for value in values:
        if isinstance(value, list):
            yield from (node_number(node, zone) for node in value)
        else:
            yield to_number(value, zone)


def _answered(context: Context, values: tuple[Value, ...]) -> Iterator[float]:
    """The numbers, without those of what is blank where blanks are left out."""
    zone, skips_blanks = context.environment.zone, context.environment.skips_blanks
    for value in values:
        if isinstance(value, list):
            for node in value:
                number = node_number(node, zone)
                if number == number or not (skips_blanks and says_nothing(node)):
                    yield number
        elif value != "" or not skips_blanks:
            yield to_number(value, zone)


def _sole(values: tuple[Value, ...]) -> tuple[Value, ...]:
    """A single argument stands for the relevant of its nodes; among several, each keeps its place."""
    return (relevant(values[0]),) if len(values) == 1 and isinstance(values[0], list) else values


def _truths(context: Context, values: tuple[Value, ...]) -> Iterator[bool]:
    for value in values:
        if isinstance(value, list):
            yield from map(context.environment.counts, value)
        else:
            yield to_boolean(value)


@function("join", "text value*", "string")
def _join(context: Context, separator: str, *values: Value) -> str:
    return separator.join(texts_of(context, _sole(values)))


@function("regex", "text text", "boolean")
def _regex(_context: Context, text: str, pattern: str) -> bool:
    return found(pattern, text)


@checks("regex")
def _readable(arguments: tuple[Expr, ...]) -> None:
    if isinstance(arguments[1], Literal):
        compiled(arguments[1].text)


@function("ends-with", "text text", "boolean")
def _ends_with(_context: Context, text: str, end: str) -> bool:
    return text.endswith(end)


@function("substr", "text number number?", "string")
def _substr(_context: Context, text: str, start: float, end: float = math.inf) -> str:
    if start != start or end != end:
        return ""
    return text[_clip(start, text) : _clip(end, text)]


def _clip(place: float, text: str) -> int:
    return int(max(-len(text), min(place, len(text))))


@function("selected", "text text", "boolean")
def _selected(_context: Context, chosen: str, value: str) -> bool:
    """Nothing is selected where there is no answer: `selected(question, '')` is how forms ask for that."""
    wanted, words = value.strip(), chosen.split()
    return wanted in words if wanted else not words


@function("selected-at", "text number", "string")
def _selected_at(_context: Context, chosen: str, place: float) -> str:
    words = chosen.split()
    return words[int(place)] if place == place and 0 <= place < len(words) else ""


@function("count-selected", "text", "number")
def _count_selected(_context: Context, chosen: str) -> float:
    return float(len(chosen.split()))


@function("boolean-from-string", "text", "boolean")
def _boolean_from_string(_context: Context, text: str) -> bool:
    return text in ("1", "true")


@function("count-non-empty", "nodes", "number")
def _count_non_empty(_context: Context, nodes: list[Node]) -> float:
    return float(sum(bool(string_value(node)) for node in nodes))


@function("checklist", "number number value*", "boolean")
def _checklist(context: Context, least: float, most: float, *values: Value) -> bool:
    return _between(least, sum(_truths(context, values)), most)


@checks("weighted-checklist")
def _with_weights(arguments: tuple[Expr, ...]) -> None:
    _in_pairs(len(arguments))


def _in_pairs(given: int) -> None:
    if given % 2:
        raise XPathError(_("weighted-checklist() takes a weight behind each condition."))


@function("weighted-checklist", "number number value*", "boolean")
def _weighted_checklist(context: Context, least: float, most: float, *values: Value) -> bool:
    _in_pairs(len(values))
    weights = _numbers(context, values[1::2])
    total = sum(weight for truth, weight in zip(_truths(context, values[::2]), weights, strict=False) if truth)
    return _between(least, total, most)


def _between(least: float, number: float, most: float) -> bool:
    return (least < 0 or number >= least) and (most < 0 or number <= most)


@function("int", "number", "number")
def _int(_context: Context, number: float) -> float:
    return float(math.trunc(number)) if math.isfinite(number) else number


def _extreme(name: str, choose: Callable[[list[float]], float]) -> None:
    @function(name, "value value*", "number")
    def _run(context: Context, *values: Value) -> float:
        numbers = list(_answered(context, _sole(values)))
        return choose(numbers) if numbers and all(number == number for number in numbers) else NAN


_extreme("max", max)
_extreme("min", min)


def _mathematical(name: str, operation: Callable[[float], float]) -> None:
    @function(name, "number", "number")
    def _run(_context: Context, number: float) -> float:
        try:
            return operation(number)
        except ValueError:
            return NAN
        except OverflowError:
            return math.inf


def _logarithm(operation: Callable[[float], float]) -> Callable[[float], float]:
    return lambda number: -math.inf if number == 0 else operation(number)


OPERATIONS: dict[str, Callable[[float], float]] = {
    "abs": abs,
    "acos": math.acos,
    "asin": math.asin,
    "atan": math.atan,
    "cos": math.cos,
    "exp": math.exp,
    "exp10": lambda number: math.pow(10, number),
    "log": _logarithm(math.log),
    "log10": _logarithm(math.log10),
    "sin": math.sin,
    "sqrt": math.sqrt,
    "tan": math.tan,
}
for _name, _operation in OPERATIONS.items():
    _mathematical(_name, _operation)


@function("atan2", "number number", "number")
def _atan2(_context: Context, y: float, x: float) -> float:
    return math.atan2(y, x)


@function("pi", "", "number")
def _pi(_context: Context) -> float:
    return math.pi


@function("pow", "number number", "number")
def _pow(_context: Context, base: float, exponent: float) -> float:
    try:
        return math.pow(base, exponent)
    except OverflowError:
        return math.inf
    except ValueError:
        return math.inf if base == 0 else NAN


@function("random", "", "number")
def _random(context: Context) -> float:
    return context.environment.random.random()


@function("uuid", "number?", "string")
def _uuid(_context: Context, length: float | None = None) -> str:
    if length is None:
        return str(uuid.uuid4())
    if not 0 <= length < 10_000:
        raise XPathError(_("uuid() needs a length."))
    letters = string.ascii_letters + string.digits
    return "".join(secrets.choice(letters) for _place in range(int(length)))


HASHES = {"MD5": "md5", "SHA-1": "sha1", "SHA-256": "sha256", "SHA-384": "sha384", "SHA-512": "sha512"}


@function("digest", "text text text?", "string")
def _digest(_context: Context, text: str, algorithm: str, encoding: str = "base64") -> str:
    """Names in capitals or not: Enketo takes both."""
    if algorithm.upper() not in HASHES:
        known = ", ".join(HASHES)
        raise XPathError(_("digest() knows {known}, not “{name}”.").format(known=known, name=algorithm))
    if encoding.lower() not in ("hex", "base64"):
        raise XPathError(_("digest() writes hex or base64, not “{name}”.").format(name=encoding))
    hashed = hashlib.new(HASHES[algorithm.upper()], text.encode(), usedforsecurity=False)
    return hashed.hexdigest() if encoding.lower() == "hex" else base64.b64encode(hashed.digest()).decode()


def _decoded(text: str) -> bytes:
    packed = "".join(text.split())
    return base64.b64decode(packed + "=" * (-len(packed) % 4), validate=True)


@function("base64-decode", "text", "string")
def _base64_decode(_context: Context, text: str) -> str:
    try:
        return _decoded(text).decode(errors="replace")
    except (binascii.Error, ValueError):
        return ""


SIGNATURE_BYTES = 64


@function("extract-signed", "text text", "string")
def _extract_signed(_context: Context, signed: str, key: str) -> str:
    """The text of a message (base64 of an Ed25519 signature and the text) if the key (base64) signed it."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        message, public = _decoded(signed), Ed25519PublicKey.from_public_bytes(_decoded(key))
        public.verify(message[:SIGNATURE_BYTES], message[SIGNATURE_BYTES:])
        return message[SIGNATURE_BYTES:].decode()
    except (binascii.Error, ValueError, InvalidSignature):
        return ""
