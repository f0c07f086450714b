"""Query files: the few interviews with open queries, on their way back to the laptops that held them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cami_survey.base.clock import system_clock
from cami_survey.base.errors import UserError
from cami_survey.base.notices import Notice, Outcome
from cami_survey.base.texts import _, ngettext

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from cami_survey.base.clock import Clock
    from cami_survey.operations.packages import Packed
    from cami_survey.store.api import SurveyFile


@dataclass(frozen=True, slots=True)
class Sent:
    """A query file: for which laptop (empty: for those who were named), the package, and how many queries it asks."""

    device: str
    packed: Packed
    queries: int


def write(
    survey: SurveyFile, out_dir: Path, *, to: Sequence[str] = (), plain: bool = False, clock: Clock = system_clock
) -> Outcome[list[Sent]]:
    """Write the open queries with their interviews into `out_dir`: a package for each laptop that held interviews.

    With `to` (as in `packages.pack`) or `plain` it is one package with all of them. A laptop that is not trusted gets
    nothing, which a notice tells. UserError if nothing is open or nobody can be written to.
    """
    from cami_survey.operations.packages import pack

    reviews = survey.reviews(survey.queried())
    asked = {record: len(review.open) for record, review in reviews.items() if review.open}
    if not asked:
        raise UserError("query.none", _("No query is open."), advice=_("Comment on a question first."))
    if to or plain:
        packed = pack(survey, out_dir, to=to, records=list(asked), plain=plain, clock=clock)
        sent = Sent("", packed.value, sum(asked.values()))
        return Outcome([sent], notices=(*_notices([sent]), *packed.notices[1:]))
    by_device: dict[str, list[str]] = defaultdict(list)
    for record in asked:
        by_device[_holder(survey, record)].append(record)
    by_device.pop(survey.device.id, None)
    known = {device.id: device for device in survey.devices()}
    reachable = {name: known[name] for name in by_device if name in known and known[name].trusted}
    left = [known[name].name if name in known else name[:8] for name in by_device if name not in reachable]
    if not reachable:
        raise UserError(
            "query.nobody",
            _("There is no trusted laptop that these queries could go to."),
            advice=_("Name a recipient with --to, or enrol the laptop that held the interviews."),
            where=", ".join(left),
        )
    found = []
    for name, device in reachable.items():
        packed = pack(survey, out_dir, to=[device.recipient], records=by_device[name], clock=clock)
        found.append(Sent(device.name or name[:8], packed.value, sum(asked[record] for record in by_device[name])))
    return Outcome(found, notices=(*_notices(found), *_left(left)))


def _holder(survey: SurveyFile, record: str) -> str:
    """The device that wrote the first revision."""
    steps = survey.history(record)
    return next((step for step in steps if not step.parents), steps[0]).device


def _notices(sent: Sequence[Sent]) -> Iterator[Notice]:
    for one in sent:
        text = ngettext("{n} query was written into {name}.", "{n} queries were written into {name}.", one.queries)
        yield Notice("query.written", text.format(n=one.queries, name=one.packed.path.name), where=one.device)


def _left(names: Sequence[str]) -> Iterator[Notice]:
    if names:
        text = _("Nothing was written for these laptops, which are not trusted: {names}").format(names=", ".join(names))
        yield Notice("query.not-trusted", text, "warning")
