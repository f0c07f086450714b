"""Choices that forms draw from reference tables, brought up to date when a table is."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from cami_survey.base.notices import Notice, Outcome
from cami_survey.base.texts import _, ngettext
from cami_survey.operations.redrawing import ListChange, new_files, new_lists
from cami_survey.reference import drawn

if TYPE_CHECKING:
    from cami_survey.base.records import FormContent
    from cami_survey.engine.api import Listed
    from cami_survey.reference.shelf import Shelf
    from cami_survey.store.api import SurveyFile

SUFFIX = re.compile(r"-t[0-9a-f]{6}$")


@dataclass(frozen=True, slots=True)
class Renewal:
    """A form that gets new choices, as `version`."""

    form_id: str
    title: str
    version: str
    lists: tuple[ListChange, ...]

    def as_dict(self) -> dict[str, Any]:
        """For `--json`."""
        return asdict(self)

    @property
    def sentence(self) -> str:
        """What happens, with counts."""
        added, retired, reworded = (
            sum(len(getattr(one, part)) for one in self.lists) for part in ("added", "retired", "reworded")
        )
        parts = [
            ngettext("{n} new choice", "{n} new choices", added).format(n=added) if added else "",
            ngettext("{n} out of use", "{n} out of use", retired).format(n=retired) if retired else "",
            ngettext("{n} in other words", "{n} in other words", reworded).format(n=reworded) if reworded else "",
        ]
        return ", ".join(part for part in parts if part)

    @property
    def unworded(self) -> dict[str, int]:
        """Language -> how many choices the tables have no words for."""
        found: dict[str, int] = {}
        for one in self.lists:
            for _name, language in one.unworded:
                found[language] = found.get(language, 0) + 1
        return found


def plan(survey: SurveyFile, states: Sequence[Shelf], forms: Collection[str] = ()) -> list[Renewal]:
    """What `renew` would do."""
    return [renewal for renewal, _content in _renewals(survey, states, forms)]


def renew(survey: SurveyFile, states: Sequence[Shelf], forms: Collection[str] = ()) -> Outcome[list[Renewal]]:
    """Give every form that chooses from reference tables their present choices, in a new version of the form.

    `states` are the tables as they stood, the present ones last; with `forms` those alone are renewed. Interviews keep
    the version they were made with, and a choice that left its table stays readable, marked and at its place.
    """
    renewed, notices = [], []
    for renewal, content in _renewals(survey, states, forms):
        survey.add_form(content)
        renewed.append(renewal)
        text = _("“{title}” has the choices of the new table, as version {version}: {changes}.")
        notices.append(
            Notice(
                "form.renewed",
                text.format(title=renewal.title, version=renewal.version, changes=renewal.sentence),
                where=renewal.form_id,
            )
        )
        notices.extend(_unworded(renewal))
    return Outcome(renewed, frozenset({"forms"} if renewed else ()), tuple(notices))


def _unworded(renewal: Renewal) -> Iterable[Notice]:
    if renewal.unworded:
        text = ngettext(
            "“{title}”: {n} choice has no words of its own yet in {languages}; look at it before interviews.",
            "“{title}”: {n} choices have no words of their own yet in {languages}; look at them before interviews.",
            max(renewal.unworded.values()),
        ).format(title=renewal.title, n=max(renewal.unworded.values()), languages=", ".join(renewal.unworded))
        yield Notice("form.unworded", text, "warning", renewal.form_id)


def _renewals(
    survey: SurveyFile, states: Sequence[Shelf], forms: Collection[str]
) -> Iterable[tuple[Renewal, FormContent]]:
    ids = [name for name in dict.fromkeys(entry.form_id for entry in survey.forms()) if not forms or name in forms]
    lists = [drawn.lists(shelf.rows) for shelf in states] if ids else []
    files = [drawn.files(shelf.rows, shelf.names()) for shelf in states] if ids else []
    for form_id in ids:
        content = survey.form(form_id)
        changed, list_changes = new_lists(content, lists)
        media, file_changes = new_files(content, files)
        if list_changes or file_changes:
            new = _versioned(content, changed, media)
            yield Renewal(form_id, content.title, new.version, (*list_changes, *file_changes)), new


def _versioned(content: FormContent, lists: Mapping[str, Sequence[Listed]], media: Mapping[str, bytes]) -> FormContent:
    from cami_survey.engine.api import write_lists

    xform = write_lists(content.xform, lists) if lists else content.xform
    version = _version(content.version, xform, media)
    # The first element with an id and a version is the form's own: it stands before everything that could imitate it.
    old = re.escape(content.version.encode())
    xform = re.sub(rb'(\bversion=")' + old + rb'"', rb"\g<1>" + version.encode() + b'"', xform, count=1)
    return replace(content, version=version, xform=xform, media={**content.media, **media})


def _version(old: str, xform: bytes, media: Mapping[str, bytes]) -> str:
    """The version of a form with new choices: told by what it holds, so that two laptops that renew the same form by
    the same table have one version, and by different tables two."""
    told = hashlib.sha256(xform)
    for name in sorted(media):
        told.update(media[name])
    return f"{SUFFIX.sub('', old)}-t{told.hexdigest()[:6]}"
