"""Choices that forms draw from reference tables, brought up to date when a table is."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from cami_survey.base.notices import Notice, Outcome
from cami_survey.base.texts import _
from cami_survey.reference import activities, programme
from cami_survey.reference.schemas import PROGRAMME_PREFIX

if TYPE_CHECKING:
    from cami_survey.base.records import FormContent
    from cami_survey.reference.shelf import Shelf
    from cami_survey.store.api import SurveyFile


def renew(survey: SurveyFile, shelf: Shelf) -> Outcome[list[str]]:
    """Give every form that chooses from the programmes of work their present choices, in a new version of the form.

    Interviews keep the version they were made with. Returns the ids of the forms.
    """
    rows = [row for name in shelf.names() if name.startswith(PROGRAMME_PREFIX) for row in shelf.rows(name)]
    files = {name: activities.as_csv(rows) for name, rows in activities.files(programme.items(rows)).items()}
    renewed, notices = [], []
    for form_id in dict.fromkeys(entry.form_id for entry in survey.forms()):
        content = survey.form(form_id)
        changed = {name: data for name, data in files.items() if content.media.get(name) not in (None, data)}
        if not changed:
            continue
        version = _next(content.version, {entry.version for entry in survey.forms() if entry.form_id == form_id})
        survey.add_form(_versioned(content, version, changed))
        renewed.append(form_id)
        text = _("“{title}” has the choices of the new table, as version {version}.")
        notices.append(Notice("form.renewed", text.format(title=content.title, version=version)))
    return Outcome(renewed, frozenset({"forms"} if renewed else ()), tuple(notices))


def _next(version: str, taken: set[str]) -> str:
    """The version after `version`: its number one higher, or a number behind it."""
    number = 1
    while (found := str(int(version) + number) if version.isdecimal() else f"{version}.{number}") in taken:
        number += 1
    return found


def _versioned(content: FormContent, version: str, media: dict[str, bytes]) -> FormContent:
    old = content.version.encode()
    # The first element with an id and a version is the form's own: it stands before everything that could imitate it.
    xform = re.sub(
        rb'(\bversion=")' + re.escape(old) + rb'"', rb"\g<1>" + version.encode() + b'"', content.xform, count=1
    )
    return replace(content, version=version, xform=xform, media={**content.media, **media})
