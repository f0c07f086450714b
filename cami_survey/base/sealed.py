"""Answers that say who somebody is, kept under the key of another recipient: how they look where nobody can open them.

A sealed answer stands in a survey file as a text of its own, which is carried, merged and compared as any answer is.
Whoever holds its key never sees that text; everybody else reads `MARK` in its place.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

PREFIX = "sealed:1:"
MARK = "[sealed]"
PERSONS = frozenset({"resp_name", "respondent_name", "full_name", "respondent", "head_name", "first_name", "last_name"})
CONTACTS = frozenset(
    {"phone", "phone_number", "telephone", "tel", "mobile", "email", "e_mail", "passport", "id_number"}
)
KNOWN = PERSONS | CONTACTS
"""Names of questions that ask who somebody is or how to reach them, in forms that mark nothing."""
_SEALED = re.compile(PREFIX + r"(?P<key>[0-9a-f]{24}):(?P<box>[A-Za-z0-9_-]{40,})")


def is_sealed(text: str) -> bool:
    """Whether an answer is sealed and was not opened."""
    return text.startswith(PREFIX) and _SEALED.fullmatch(text) is not None


def parts(text: str) -> tuple[str, str]:
    """The id of the key and the box of a sealed answer; two empty texts for any other."""
    found = _SEALED.fullmatch(text) if text.startswith(PREFIX) else None
    return (found["key"], found["box"]) if found else ("", "")


def sealed(key: str, box: str) -> str:
    """The text of a sealed answer."""
    return f"{PREFIX}{key}:{box}"


def readable(fields: Mapping[str, str]) -> Mapping[str, str]:
    """The texts as a person may read them; the same mapping where nothing is sealed."""
    if PREFIX not in "\n".join(fields.values()):
        return fields
    return {field: shown(text) for field, text in fields.items()}


def shown(text: str) -> str:
    """A text as a person may read it: what is sealed in it is only said to be."""
    return _SEALED.sub(MARK, text) if PREFIX in text else text
