"""The ethics statement: how people were asked, written from the answers (Ibbett et al. 2021 ask papers for it)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np

from cami_survey.analysis import cells
from cami_survey.analysis.factor import crossed
from cami_survey.analysis.feeds import CONSENT
from cami_survey.analysis.material import REFUSED, Material, Sheet
from cami_survey.analysis.methods.shares import Share, share
from cami_survey.base.heeding import heed
from cami_survey.base.texts import _, ngettext

METHOD = "sens_m"
COMMUNITY = "comm_consent"
YES, NO, WITHDRAWN = "yes", "no", "withdrawn"


def statement(material: Material, threshold: int) -> tuple[str, ...]:
    """Sentences on selection, consent, refusals, techniques for sensitive questions, and what is hidden.

    `threshold` is k for the public, 0 inside the team.
    """
    return tuple(_sentences(material, threshold))


def _sentences(material: Material, threshold: int) -> Iterator[str]:
    if material.n == 0:
        yield _("There are no finished interviews, so nothing can be said on how people were asked.")
        return
    yield _("People were chosen by those who held the interviews, not drawn at random.")
    yield from _consent(material, threshold)
    yield from _community(material, threshold)
    yield from _refusals(material, threshold)
    yield from _techniques(material, threshold)
    yield _("The questionnaires of the programme have no question in which a person would admit to poaching.")
    if threshold:
        text = _("For the public, figures on fewer than {k} answers are hidden, with others that would give them away.")
        yield text.format(k=cells.whole(threshold))
    else:
        yield _("This paper is for the team: small figures are shown. Do not pass it on.")


def _consent(material: Material, threshold: int) -> Iterator[str]:
    counted = Counter(material.consents()[CONSENT[0]].counted())
    asked = counted.total() - counted[""]
    if not asked:
        yield _("Whether people agreed to take part was not recorded.")
        return
    if any(0 < one < threshold for one in (counted[YES], asked - counted[YES], material.n - asked)):
        yield _few(asked, material.n, threshold)
        return
    agreed = share(counted[YES], asked)
    if counted[YES] == asked == 1:
        yield _("One person was asked, and agreed to take part.")
    elif isinstance(agreed, Share) and asked > 1:
        text = _("{share} of {n} people who were asked agreed to take part ({interval}).")
        yield text.format(
            share=cells.percent(agreed.share),
            n=cells.whole(asked),
            interval=cells.span(agreed.interval, shares=True),
        )
    # What is told of some of those who did not agree tells of the rest.
    others = (counted[NO], counted[WITHDRAWN], asked - counted[YES] - counted[NO] - counted[WITHDRAWN])
    if any(0 < one < threshold for one in others):
        return
    if no := counted[NO]:
        yield ngettext("{n} person did not agree.", "{n} people did not agree.", no).format(n=cells.whole(no))
    if left := counted[WITHDRAWN]:
        text = ngettext("{n} person withdrew during the interview.", "{n} people withdrew during the interview.", left)
        yield text.format(n=cells.whole(left))


def _few(asked: int, all_of_them: int, threshold: int) -> str:
    if 0 < all_of_them - asked < threshold <= asked:
        text = _("People were asked whether they take part; more is not told of answers that fewer than {k} gave.")
        return text.format(k=cells.whole(threshold))
    if asked < threshold:
        text = _("Fewer than {k} people were asked whether they take part; more is not told.")
        return text.format(k=cells.whole(threshold))
    text = _("{n} people were asked whether they take part; more is not told of answers that fewer than {k} gave.")
    return text.format(n=cells.whole(asked), k=cells.whole(threshold))


def _community(material: Material, threshold: int) -> Iterator[str]:
    answers = Counter(material.rows(COMMUNITY)[COMMUNITY].counted())
    asked = answers.total() - answers[""]
    if asked and not any(0 < one < threshold for one in (answers[YES], asked - answers[YES])):
        text = _("In {yes} of {n} interviews the community had been informed before and had agreed.")
        yield text.format(yes=cells.whole(answers[YES]), n=cells.whole(asked))


def _refusals(material: Material, threshold: int) -> Iterator[str]:
    refused = sum(_refused(material, sheet) for form in material.forms for sheet in (form.main, *form.repeats))
    if refused and refused >= threshold:
        text = ngettext("{n} answer was refused.", "{n} answers were refused.", refused)
        yield text.format(n=cells.whole(refused))


def _refused(material: Material, sheet: Sheet) -> int:
    """How many answers of a sheet were refused."""
    heed()
    columns = [column for column in sheet.columns.values() if REFUSED in column.levels]
    if material.kept is not None and columns:
        rows = np.flatnonzero(material.kept[sheet.interviews])
        columns = [column.take(rows) for column in columns]
    return sum(column.count(REFUSED) for column in columns)


def _techniques(material: Material, threshold: int) -> Iterator[str]:
    numbers, labels = crossed(material.rows(METHOD)[METHOD])
    told = {code: n for (code,), n in zip(labels, np.bincount(numbers).tolist(), strict=True) if code}
    used = {code: n for code, n in told.items() if n >= threshold}
    if not used:
        return
    small = len(used) < len(told)
    said = cells.listed(
        material.label(METHOD, code) + ("" if small else f" ({cells.whole(n)})")
        for code, n in sorted(used.items(), key=lambda item: -item[1])
    )
    yield _("On the sensitive topic, interviews used: {techniques}.").format(techniques=said)
