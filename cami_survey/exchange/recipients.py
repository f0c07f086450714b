"""Who a package is for: a recipient as people write it down becomes a name and an age recipient."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cami_survey.base.errors import UserError, nearest
from cami_survey.base.texts import _
from cami_survey.exchange import keys

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cami_survey.store.api import SurveyFile


def known(survey: SurveyFile) -> dict[str, list[tuple[str, str]]]:
    """Names, folded, of the recipients and devices of a survey: (name as written, recipient) of each."""
    found: dict[str, list[tuple[str, str]]] = {}
    devices = [(device.name, device.recipient) for device in survey.devices() if device.trusted]
    for name, recipient in [*survey.recipients(), *devices]:
        entries = found.setdefault(name.casefold(), [])
        if name and recipient not in {other for _name, other in entries}:
            entries.append((name, recipient))
    return {name: entries for name, entries in found.items() if entries}


def resolve(survey: SurveyFile, texts: Iterable[str]) -> dict[str, str]:
    """Recipient -> name for each of `texts`: an age recipient, a known name, or a file that holds a recipient.

    UserError for a text that is none of these, or a name that two of them have.
    """
    names = known(survey)
    return {recipient: name for name, recipient in (_one(text.strip(), names) for text in texts)}


def _one(text: str, names: Mapping[str, list[tuple[str, str]]]) -> tuple[str, str]:
    if keys.is_recipient(text):
        return _name_of(text, names), text
    entries = names.get(text.casefold(), [])
    if len(entries) == 1:
        return entries[0]
    if entries:
        raise UserError(
            "recipient.ambiguous",
            _("More than one device or recipient is called {name}.").format(name=text),
            advice=_("Give the recipient itself, which begins with age1."),
            where=text,
        )
    return _in_file(text, names)


def _in_file(text: str, names: Mapping[str, list[tuple[str, str]]]) -> tuple[str, str]:
    path = Path(text)
    if path.is_file():
        recipient = keys.recipient_in(path)
        if recipient:
            return _name_of(recipient, names, path.stem), recipient
        raise UserError(
            "recipient.not-in-file",
            _("There is no recipient in {file}, or more than one.").format(file=text),
            advice=_("A recipient begins with age1 and is 62 characters long."),
            where=text,
        )
    near = nearest(text, [entry[0][0] for entry in names.values()])
    raise UserError(
        "recipient.unknown",
        _("{name} is not a recipient, a name this survey knows, or a file.").format(name=text),
        advice=_("Did you mean {name}?").format(name=near) if near else _("A recipient begins with age1."),
        where=text,
    )


def _name_of(recipient: str, names: Mapping[str, list[tuple[str, str]]], otherwise: str = "") -> str:
    for entries in names.values():
        for name, other in entries:
            if other == recipient:
                return name
    return otherwise or f"{recipient[:12]}…"
