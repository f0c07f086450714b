"""Before and after a disaster: try a backup out, and save what can be saved of a damaged file."""

from __future__ import annotations

import tempfile
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from cami_survey.base.clock import elapsed, system_clock
from cami_survey.base.errors import UserError
from cami_survey.base.notices import Notice, Outcome
from cami_survey.base.texts import _, ngettext

if TYPE_CHECKING:
    from cami_survey.base.clock import Clock
    from cami_survey.operations.surveys import Key
    from cami_survey.store.api import Drill, Salvaged, SurveyFile

DRILL_EVERY = timedelta(days=30)
MOST_NAMED = 6


def drill(survey: SurveyFile, *, key: Key | None = None) -> Outcome[Drill]:
    """Restore the newest backup to a place of its own, open it, check everything, compare, and throw it away again."""
    backups = survey.backups()
    if not backups:
        raise UserError(
            "backup.none",
            _("There is no backup of {name} yet.").format(name=survey.path.name),
            advice=_("Make one first."),
            where=str(survey.path),
        )
    newest = backups[0]
    with tempfile.TemporaryDirectory(prefix="cami-drill-", dir=newest.parent) as folder:
        tried = survey.drill(newest, Path(folder), key)
    n, later = tried.found.counts["revisions"], tried.here - tried.then
    if not tried.is_whole:
        text = _("The backup {name} does not hold everything it should.").format(name=newest.name)
        advice = " ".join((text, _("Check this file, then make a new backup.")))
        return Outcome(tried, frozenset({"survey"}), (Notice("drill.failed", advice, "error", str(newest)),))
    text = ngettext(
        "The backup {name} was restored on trial: {n} saved step, every fingerprint matches.",
        "The backup {name} was restored on trial: {n} saved steps, every fingerprint matches.",
        n,
    ).format(name=newest.name, n=n)
    if later:
        more = ngettext("{n} step since then is in no backup yet.", "{n} steps since then are in no backup yet.", later)
        text += " " + more.format(n=later)
    return Outcome(tried, frozenset({"survey"}), (Notice("drill.whole", text, where=str(newest)),))


def drill_due(survey: SurveyFile, clock: Clock = system_clock) -> bool:
    """Whether a month has gone since a backup was tried out last, or since the oldest one was made."""
    last = survey.last_drill or survey.first_backup
    return last is not None and elapsed(last, clock()) >= DRILL_EVERY


def salvage(source: Path, target: Path, *, key: Key | None = None) -> Outcome[Salvaged]:
    """Everything that can be proven of a damaged file in a new file at `target`; what is lost is listed."""
    from cami_survey.operations import summaries
    from cami_survey.store.api import SurveyFile
    from cami_survey.store.api import salvage as save

    found = save(source, target, key=key)
    with SurveyFile.open(target, key=key) as survey:
        summaries.refresh(survey)
    n = found.kept["revision"]
    text = ngettext(
        "{n} step of interviews was saved into {name}.", "{n} steps of interviews were saved into {name}.", n
    )
    notices = [Notice("salvage.saved", text.format(n=n, name=target.name), where=str(target))]
    if found.lost:
        lost = ngettext(
            "{n} entry could not be saved: {names}", "{n} entries could not be saved: {names}", len(found.lost)
        )
        names = ", ".join(found.lost[:MOST_NAMED]) + ("…" if found.lost[MOST_NAMED:] else "")
        notices.append(Notice("salvage.lost", lost.format(n=len(found.lost), names=names), "warning", str(source)))
    if found.unproven:
        drafts = ngettext(
            "{n} open interview came along; nothing proves that it is as it was typed.",
            "{n} open interviews came along; nothing proves that they are as they were typed.",
            found.unproven,
        )
        notices.append(Notice("salvage.drafts", drafts.format(n=found.unproven), "warning", str(source)))
    return Outcome(found, frozenset({"survey"}), tuple(notices))
