"""What becomes of answers when another version of the form takes them over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from cami_survey.base.texts import _, ngettext


@dataclass(frozen=True, slots=True)
class Carried:
    """One answer: `field` and `value` as they were, `to` and `new` as they are now; why, where that needs a word."""

    field: str
    value: str
    to: str = ""
    new: str = ""
    reason: str = ""

    @property
    def name(self) -> str:
        """The name of the question."""
        return self.field.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class Migration:
    """A report that leaves no answer out; each is in one of `kept`, `moved`, `changed`, `lost` or `calculations`.

    `moved`: the same answer to a question of the same name elsewhere. `changed`: the question is there and takes the
    answer only in part or not at all. `lost`: there is no such question. `calculations`: what an earlier form worked
    out and this one does not have. `new`: paths of questions that the answers do not know. `answers` is what
    `Form.open` takes; `form_id` and `version` are what the answers said they are of (empty where they said nothing).
    """

    form_id: str = ""
    version: str = ""
    kept: tuple[Carried, ...] = ()
    moved: tuple[Carried, ...] = ()
    changed: tuple[Carried, ...] = ()
    lost: tuple[Carried, ...] = ()
    calculations: tuple[Carried, ...] = ()
    new: tuple[str, ...] = ()
    answers: Mapping[str, str] = field(default_factory=dict)

    @property
    def aside(self) -> dict[str, str]:
        """Field -> text of what the new answers do not hold as it was given."""
        return {item.field: item.value for item in (*self.lost, *self.changed)}

    @property
    def fields(self) -> dict[str, str]:
        """Old field -> new field of every answer that has a place, for remarks on them."""
        return {item.field: item.to for item in (*self.kept, *self.moved, *self.changed)}

    @property
    def sentences(self) -> tuple[str, ...]:
        """The report for people, most important first; what is nothing is left out."""
        aside, kept = len(self.aside), len(self.kept)
        said = (
            (aside, ngettext("{n} answer is kept aside.", "{n} answers are kept aside.", aside)),
            (kept, ngettext("{n} answer is kept.", "{n} answers are kept.", kept)),
            (len(self.moved), ngettext("{n} answer is moved.", "{n} answers are moved.", len(self.moved))),
            (len(self.new), ngettext("{n} question is new.", "{n} questions are new.", len(self.new))),
        )
        return tuple(text.format(n=n) for n, text in said if n)

    def as_dict(self) -> dict[str, Any]:
        """For `--json`."""
        return {**asdict(self), "aside": self.aside, "sentences": list(self.sentences)}


def no_question(name: str) -> str:
    """Why an answer has no place."""
    return _("This version has no question {name}.").format(name=name)


def unsure_question(name: str) -> str:
    """Why an answer has no place though its name is there."""
    return _("{name} is elsewhere in this version, and which of several is meant cannot be told.").format(name=name)


def no_room(name: str) -> str:
    """Why a text has no place in what takes none, or none more."""
    return _("There is no room for this in {name}, or not for more than the first answer.").format(name=name)


def no_single_place(name: str) -> str:
    """Why several answers have no place."""
    return _("This version has another place for {name}, which cannot take the answers of all rows.").format(name=name)


def no_row(name: str) -> str:
    """Why an answer in a repeat has no place."""
    return _("The row that {name} was in is not asked for in this version.").format(name=name)
