"""Small forms, written as ODK tools write them."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from cami_survey.engine.api import load_form

BISHKEK = timezone(timedelta(hours=6))
SPRING_MORNING = datetime(2026, 3, 2, 10, 11, 12, 345000, tzinfo=BISHKEK)
NAMESPACES = (
    'xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"'
    ' xmlns:jr="http://openrosa.org/javarosa" xmlns:orx="http://openrosa.org/xforms"'
    ' xmlns:odk="http://www.opendatakit.org/xforms"'
)


def xform(instance: str, binds: str = "", body: str = "", more: str = "", head: str = "") -> bytes:
    """An XForm around the inside of `<data>`; `more` goes into the model, `head` before the instance."""
    return (
        f"<h:html {NAMESPACES}><h:head><h:title>Test</h:title><model>{head}"
        f'<instance><data id="test" version="7">{instance}</data></instance>{more}{binds}</model></h:head>'
        f"<h:body>{body}</h:body></h:html>"
    ).encode()


@pytest.fixture
def open_form():
    """Opens a form made by `xform(...)` with a clock that stands still."""

    def open_it(*parts: str, answers=None, **named: str):
        options = {
            key: named.pop(key) for key in ("language", "device", "edit", "last_saved", "locate") if key in named
        }
        media = named.pop("media", None)
        return load_form(xform(*parts, **named), media=media).open(answers, clock=lambda: SPRING_MORNING, **options)

    return open_it
