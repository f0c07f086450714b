"""JSON in one form only: UTF-8, keys sorted, no spaces, each key once, whole numbers below 2^53, no NaN.

What is not byte for byte what this module would write is refused, so two readers can never understand it differently.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import orjson

from cami_survey.base.texts import _

if TYPE_CHECKING:
    from collections.abc import Sequence

LARGEST_WHOLE = 2**53
DEEPEST = 200

_STRINGS = re.compile(rb'"(?:[^"\\]|\\.)*"')
_BRACKETS = re.compile(rb"[][{}]")


class MalformedJsonError(ValueError):
    """The bytes are not JSON in our form; the text says why, in the user's language."""


def dump(value: object) -> bytes:
    """`value` (dict, list, str, int, bool, None) in the one form."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS | orjson.OPT_STRICT_INTEGER)


def parse(data: bytes) -> object:
    """The value written by `dump`; MalformedJsonError with the reason for anything else."""
    try:
        value = orjson.loads(data)
        if dump(value) == data:
            return value
    except (orjson.JSONDecodeError, TypeError):
        pass
    raise MalformedJsonError(_reason(data))


def _reason(data: bytes) -> str:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return _("the text is not UTF-8")
    if _depth(data) > DEEPEST:
        return _("it is nested too deeply")
    try:
        value = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant, parse_int=_whole)
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        return _("it holds half a character (a lone surrogate)")
    except MalformedJsonError as problem:
        return str(problem)
    except ValueError:
        return _("it is not JSON")
    return _("it is not written in the form this program writes")


def _depth(data: bytes) -> int:
    deepest = depth = 0
    for bracket in _BRACKETS.findall(_STRINGS.sub(b"", data)):
        depth += 1 if bracket in b"[{" else -1
        deepest = max(deepest, depth)
    return deepest


def _once(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise MalformedJsonError(_("a name stands in it twice"))
    return found


def _no_constant(name: str) -> object:
    raise MalformedJsonError(_("{value} is not a number").format(value=name))


def _whole(digits: str) -> int:
    if len(digits) > 17 or abs(int(digits)) >= LARGEST_WHOLE:
        raise MalformedJsonError(_("a number is too large"))
    return int(digits)
