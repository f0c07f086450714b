"""Which question decides that another is asked at all: what to answer, where an answer has no place."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cami_survey.engine.api import Form, FormNode, Session


# By the XForm: each question -> those that decide whether it is asked, in the order of the form.
_known: dict[bytes, dict[str, list[str]]] = {}
MOST_KNOWN = 8


def decided_by(session: Session, node: FormNode) -> str:
    """The words of the question to look at when `node` is not asked: the first that is asked and has no answer, else
    the last that has one; empty where nothing of the form outside its repeats decides.
    """
    paths = _deciding(session.form).get(node.path, ())
    asked = [one for path in paths if (one := _asked(session, path)) is not None]
    missing = next((one for one in asked if not one.text_value), None)
    found = missing or (asked[-1] if asked else None)
    return found.label or found.name if found is not None else ""


def _deciding(form: Form) -> dict[str, list[str]]:
    if form.xml not in _known:
        if len(_known) >= MOST_KNOWN:
            _known.clear()
        found: dict[str, list[str]] = {}
        for one in form.nodes:
            for path, aspects in form.hanging_on([one.path]).items() if one.control else ():
                if "relevant" in aspects and path != one.path:
                    found.setdefault(path, []).append(one.path)
        _known[form.xml] = found
    return _known[form.xml]


def _asked(session: Session, path: str) -> FormNode | None:
    from cami_survey.engine.api import UnknownNode

    try:
        node = session.node(path)
    except UnknownNode:
        return None
    return node if node.relevant else None
