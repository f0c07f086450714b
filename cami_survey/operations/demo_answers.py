"""The sixty interviews of the demonstration survey: the same ones for the same seed and time."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from cami_survey.operations import demo_herder, demo_stakeholder
from cami_survey.operations.demo_script import DemoInterview, Script, Step
from cami_survey.operations.demo_sites import SITES, Site
from cami_survey.operations.demo_stakeholder import ORGANISATIONS, Organisation

DEVICES = (0, 1)
MORNING, AFTERNOON = timedelta(hours=9, minutes=10), timedelta(hours=14, minutes=20)
DAYS_TO_NEXT_COUNTRY = 5
DAYS_TO_NEXT_SITE = 2
REFUSALS = {7: "no", 16: "minor", 29: "withdrawn", 41: "no"}
STAKEHOLDER_REFUSALS = {9: "no"}
DRAFTS = frozenset({12, 20, 44, 45})
STAKEHOLDER_DRAFTS = frozenset({6})
COUNTRIES = list(dict.fromkeys(site.country for site in SITES))


@dataclass(frozen=True, slots=True)
class Plan:
    """An interview before it has a date. `write` fills a script when the time is known; `site` "" is an office."""

    form_id: str
    device: int
    country: str
    site: str
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
    """One laptop's journey: country by country, offices before herders."""
    plans = [plan for plan in _plans() if plan.device == device]
    plans.sort(key=lambda plan: (COUNTRIES.index(plan.country), plan.site != ""))
    for position, (plan, start) in enumerate(zip(plans, _starts(plans, now), strict=True)):
        chance = random.Random(f"{seed}-{device}-{position}")
        started = start + timedelta(minutes=chance.randint(0, 25))
        steps = plan.write(Script(chance), started)
        interview = DemoInterview(plan.form_id, device, steps, plan.draft, started, _minutes(len(steps), chance))
        yield _left_half_way(interview, chance) if plan.draft else interview


def _plans() -> Iterator[Plan]:
    sites = [site for site in SITES for _ in range(site.interviews)]
    for number, site in enumerate(sites, 1):
        yield _herder_plan(number, site)
    for number, organisation in enumerate(ORGANISATIONS, 1):
        yield _stakeholder_plan(number, organisation)


def _herder_plan(number: int, site: Site) -> Plan:
    answer = REFUSALS.get(number, "yes")

    def write(script: Script, started: datetime) -> list[Step]:
        return demo_herder.herder_steps(script, site, 100 + number, started, answer=answer)

    return Plan(demo_herder.FORM_ID, site.device, site.country, site.name, number in DRAFTS, write)


def _stakeholder_plan(number: int, organisation: Organisation) -> Plan:
    answer = STAKEHOLDER_REFUSALS.get(number, "yes")
    country = organisation.countries[0]
    device = next(site.device for site in SITES if site.country == country)

    def write(script: Script, started: datetime) -> list[Step]:
        return demo_stakeholder.stakeholder_steps(script, organisation, 10 + number, started, answer=answer)

    return Plan(demo_stakeholder.FORM_ID, device, country, "", number in STAKEHOLDER_DRAFTS, write)


def _starts(plans: list[Plan], now: datetime) -> list[datetime]:
    """The times of a journey that ends the day before `now`: two interviews a day, days of travel between places."""
    day = now.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=1)
    slot, found = AFTERNOON, [day + AFTERNOON]
    for plan, following in zip(plans[-2::-1], plans[:0:-1], strict=True):
        travel = _days_between(plan, following)
        day -= timedelta(days=travel or (slot == MORNING))
        slot = AFTERNOON if travel or slot == MORNING else MORNING
        found.append(day + slot)
    return found[::-1]


def _days_between(plan: Plan, following: Plan) -> int:
    if plan.country != following.country:
        return DAYS_TO_NEXT_COUNTRY
    return DAYS_TO_NEXT_SITE if plan.site != following.site else 0


def _minutes(steps: int, chance: random.Random) -> int:
    return max(4, round(steps * chance.uniform(0.28, 0.42)))


def _left_half_way(interview: DemoInterview, chance: random.Random) -> DemoInterview:
    share = chance.uniform(0.4, 0.75)
    steps = interview.steps[: round(len(interview.steps) * share)]
    return replace(interview, steps=steps, minutes=max(4, round(interview.minutes * share)))
