"""The sixty interviews of the demonstration survey: the same ones for the same seed and time."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from cami_survey.operations import demo_herder, demo_stakeholder
from cami_survey.operations.demo_script import DemoInterview, Script, Step
from cami_survey.operations.demo_sites import SITES, Site
from cami_survey.operations.demo_stakeholder import Organisation

DEVICES = (0, 1)
SLOTS = ((9, 10), (14, 20))
REFUSALS = {7: "no", 19: "minor", 31: "withdrawn", 40: "no"}
STAKEHOLDER_REFUSALS = {9: "no"}
DRAFTS = frozenset({12, 20, 29, 45})
STAKEHOLDER_DRAFTS = frozenset({6})


@dataclass(frozen=True, slots=True)
class Plan:
    """An interview before it has a date. `write` fills a script when the time is known."""

    form_id: str
    device: int
    draft: bool
    write: Callable[[Script, datetime], list[Step]]


def interviews(seed: int = 1, *, now: datetime) -> list[DemoInterview]:
    """Forty-five herder interviews and fifteen stakeholder surveys of the weeks before `now`, oldest first.

    `now` is aware. Five of them are drafts left half way, five are refusals of consent. Steps refer to nodes by
    position (`/data/herd/stock[1]/stock_n`) and are ordered so that each node is there when its turn comes.
    """
    found = [item for device in DEVICES for item in _of_device(device, seed, now)]
    return sorted(found, key=lambda item: (item.started, item.device))


def _of_device(device: int, seed: int, now: datetime) -> Iterator[DemoInterview]:
    """One laptop's interviews, two a day, its drafts last."""
    plans = sorted((plan for plan in _plans() if plan.device == device), key=lambda plan: plan.draft)
    for position, plan in enumerate(plans):
        chance = random.Random(f"{seed}-{device}-{position}")
        started = _start(now, len(plans) - 1 - position, chance)
        steps = plan.write(Script(chance), started)
        interview = DemoInterview(plan.form_id, device, steps, plan.draft, started, _minutes(len(steps), chance))
        yield _left_half_way(interview, chance) if plan.draft else interview


def _plans() -> Iterator[Plan]:
    number = 0
    for site in SITES:
        for _ in range(site.interviews):
            number += 1
            yield _herder_plan(number, site)
    for number, organisation in enumerate(demo_stakeholder.ORGANISATIONS, 1):
        yield _stakeholder_plan(number, organisation)


def _herder_plan(number: int, site: Site) -> Plan:
    answer = REFUSALS.get(number, "yes")

    def write(script: Script, started: datetime) -> list[Step]:
        return demo_herder.herder_steps(script, site, 100 + number, started, answer=answer)

    return Plan(demo_herder.FORM_ID, site.device, number in DRAFTS, write)


def _stakeholder_plan(number: int, organisation: Organisation) -> Plan:
    answer = STAKEHOLDER_REFUSALS.get(number, "yes")

    def write(script: Script, started: datetime) -> list[Step]:
        return demo_stakeholder.stakeholder_steps(script, organisation, 10 + number, started, answer=answer)

    device = 0 if organisation.countries[0] == "KG" else 1
    return Plan(demo_stakeholder.FORM_ID, device, number in STAKEHOLDER_DRAFTS, write)


def _start(now: datetime, before_last: int, chance: random.Random) -> datetime:
    """The time of the interview that has `before_last` later ones: two a day, ending the day before `now`."""
    days, slot = divmod(before_last, len(SLOTS))
    hour, minute = SLOTS[len(SLOTS) - 1 - slot]
    day = now - timedelta(days=days + 1 + days // 6)
    return day.replace(hour=hour, minute=minute, second=0, microsecond=0) + timedelta(minutes=chance.randint(0, 25))


def _minutes(steps: int, chance: random.Random) -> int:
    return max(4, round(steps * chance.uniform(0.28, 0.42)))


def _left_half_way(interview: DemoInterview, chance: random.Random) -> DemoInterview:
    share = chance.uniform(0.4, 0.75)
    steps = interview.steps[: round(len(interview.steps) * share)]
    return replace(interview, steps=steps, minutes=max(4, round(interview.minutes * share)))
