"""What goes with answers beside the form: comments, reasons for unusual answers, answers that are kept aside, reviews.

Each is a field of the record, so that it is merged, kept in the history and packed as an answer is. Its name is a kind
and the field with round brackets: square ones would read as a repeat instance of its own.
"""

from __future__ import annotations

from collections.abc import Mapping

COMMENT = "@comment:"
REASON = "@reason:"
# An answer to a question that the version of the form has no place for.
ASIDE = "@aside:"
# Files of schema 2 kept the review so: what is asked about an answer, what was said to it, and the state. Statements
# say it now (`base.reviews`); these are read, carried on, and written no more.
QUERY = "@query:"
REPLY = "@reply:"
REVIEW = "@review"
# Also of schema 2, followed by the id of a record: it is another interview, or it was joined with this one.
DISTINCT = "@distinct:"
SAME = "@same:"
CARRIED = (REVIEW, QUERY, REPLY, DISTINCT, SAME)
_BRACKETS = str.maketrans("[]", "()")
_PARENTHESES = str.maketrans("()", "[]")


def remark_name(kind: str, field: str) -> str:
    """The record field of a remark of this kind on `field`."""
    return kind + field.translate(_BRACKETS)


def remark_of(name: str) -> tuple[str, str]:
    """The kind of a remark and the field it is on, from the name of its record field; two empty texts for others."""
    for kind in (COMMENT, REASON, ASIDE, QUERY, REPLY, DISTINCT, SAME):
        if name.startswith(kind):
            return kind, name.removeprefix(kind).translate(_PARENTHESES)
    return (REVIEW, "") if name == REVIEW else ("", "")


def remarks_in(kind: str, values: Mapping[str, str]) -> dict[str, str]:
    """Field -> remark of this kind, among all values of a record."""
    return {
        name.removeprefix(kind).translate(_PARENTHESES): text for name, text in values.items() if name.startswith(kind)
    }


def all_remarks(values: Mapping[str, str]) -> dict[str, str]:
    """The values that are remarks, under their own names."""
    return {name: text for name, text in values.items() if name.startswith((COMMENT, REASON, ASIDE, *CARRIED))}


def carried_in(values: Mapping[str, str]) -> dict[str, str]:
    """The values that others said of the record, under their own names: whoever edits it carries them on."""
    return {name: text for name, text in values.items() if name.startswith(CARRIED)}
