"""A respondent takes back consent: what was said is gone here, and wherever this survey's packages go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cami_survey.base.notices import Notice, Outcome
from cami_survey.base.texts import _, ngettext
from cami_survey.operations.arrivals import SHOWN

if TYPE_CHECKING:
    from pathlib import Path

    from cami_survey.store.api import SurveyFile


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """What became of a withdrawal. `backups` still hold the interview; `forgotten` of them were made to forget it."""

    record: str
    forgotten: int
    backups: tuple[Path, ...]


def withdraw(survey: SurveyFile, code: str, *, reason: str = "", in_backups: bool = False) -> Outcome[Withdrawn]:
    """Drop the interview of this code or id for good. Its id and fingerprints stay, to prove that it is gone.

    With `in_backups` the automatic backups are written anew without it. Copies elsewhere are out of reach, and said.
    """
    record = survey.find(code)
    # Receipts name it by the beginning of its id, for its code is gone with its answers.
    shown = " · ".join(part for part in (survey.summary(record).code, record[:SHOWN]) if part)
    survey.withdraw(record, reason)
    forgotten, left = 0, survey.backups()
    if in_backups:
        forgotten, left = survey.forget_in_backups(survey.withdrawal_heads())
    said = _("The answers of {code} are gone from this file, and will go wherever its packages are merged.")
    notices = [Notice("withdrawal.done", said.format(code=shown))]
    if forgotten:
        text = ngettext("{n} backup has forgotten them too.", "{n} backups have forgotten them too.", forgotten)
        notices.append(Notice("withdrawal.backups", text.format(n=forgotten)))
    if left:
        text = ngettext("{n} backup may still hold them.", "{n} backups may still hold them.", len(left))
        notices.append(Notice("withdrawal.left", text.format(n=len(left)), "warning", str(left[0].parent)))
    text = _("Copies on sticks, in mails and exported tables are not reached from here.")
    notices.append(Notice("withdrawal.elsewhere", text, "warning"))
    return Outcome(Withdrawn(record, forgotten, tuple(left)), frozenset({"records", "drafts"}), tuple(notices))
