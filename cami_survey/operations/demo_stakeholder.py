"""Plausible answers to the stakeholder survey, for the demonstration survey. Organisations are invented."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from cami_survey.operations.demo_script import Script, Step, choices
from cami_survey.reference import places
from cami_survey.reference import species as reference

FORM_ID = "stakeholder_survey"
THEMES = ("o1_1", "o1_2", "o1_3", "o1_4", "o1_5", "o1_6", "o1_7", "o2", "o3", "o4")
FIELDS = ("leg", "enf", "pa", "mon", "res", "hab", "inf", "com", "awa", "tra", "fin", "dat", "tb", "pol")
THREATS = (
    *("cami_1", "cami_1b", "cami_1c", "cami_2", "cami_3", "cami_3a", "cami_3c", "cami_3d", "cami_4", "cami_4a"),
    *("cami_4b", "cami_5", "cami_8", "cami_9", "cami_12", "cami_12a", "cami_16", "cami_17", "cami_18"),
)
HARD_TO_REVERSE = ("cami_4", "cami_4a", "cami_4b", "cami_5", "cami_8")
MISSING = {
    "leg": "By-laws that say who may open a fence",
    "enf": "Fuel and radios for the ranger posts",
    "pa": "Corridors between the reserves on paper and on the ground",
    "mon": "Counts by one method on both sides of the border",
    "res": "Collar data on where the animals cross",
    "hab": "Pasture plans that leave room for wild hoofed animals",
    "inf": "Agreed standards for railway and border fences",
    "com": "A share of income that reaches the herders",
    "awa": "Material in the languages of the herders",
    "tra": "Training for young rangers",
    "fin": "Money beyond single projects",
    "dat": "One place where count data are kept",
    "tb": "A standing working group of the neighbouring services",
    "pol": "Somebody in charge of the national reporting",
}
ACTIVITIES = {
    "o1_1": "Joint patrols with rangers of two districts",
    "o1_2": "Pasture plans with quiet zones for wild ungulates",
    "o1_3": "Openings in fences at known crossing places",
    "o1_4": "Draft of a national action plan for migratory mammals",
    "o1_5": "Community rangers paid from a conservancy fund",
    "o1_6": "Yearly count with line transects",
    "o1_7": "Exchange of count data across the border",
    "o2": "Species plan with the range states",
    "o3": "School programme in mountain villages",
    "o4": "National coordination meeting",
}
SUCCESS = (
    "Rangers chosen by the village: they know everybody, and poaching stopped in two valleys.",
    "Fixed dates for counts agreed with the neighbours; figures can be compared now.",
    "Small grants for predator-proof corrals: no night losses since.",
)
FAILURE = (
    "Compensation promised and not paid; herders no longer report losses.",
    "Signs along the road without anybody behind them.",
    "A database built by a project and switched off with it.",
)


@dataclass(frozen=True, slots=True)
class Organisation:
    """An invented organisation. `influence` and `interest` run from 1 to 5."""

    name: str
    short: str
    kind: str
    level: str
    countries: tuple[str, ...]
    species: tuple[str, ...]
    places: str
    staff: int
    influence: int
    interest: int


ORGANISATIONS = (
    Organisation("Naryn Mountain Reserve", "NMR", "pa", "prov", ("KG",), ("PANUNC", "OVIAMM"), "Upper Naryn", 14, 3, 5),
    Organisation("State Wildlife Service", "SWS", "gov_env", "nat", ("KG",), ("PANUNC", "OVIAMM"), "", 22, 5, 4),
    Organisation("Alay Pasture Users Union", "APU", "herd", "local", ("KG",), ("OVIAMM",), "Alay valley", 0, 2, 3),
    Organisation("Mountain Ecology Laboratory", "MEL", "sci", "nat", ("KG", "KZ"), ("PANUNC", "OTOMAN"), "", 6, 2, 5),
    Organisation(
        "Snow Ridge Society", "SRS", "ngo_nat", "nat", ("KG",), ("PANUNC", "LYNLYN"), "Inner Tien Shan", 5, 2, 5
    ),
    Organisation(
        "East Pamir Conservancy Council", "EPC", "cbo", "local", ("TJ",), ("OVIAMM", "PANUNC"), "Murghob", 9, 3, 5
    ),
    Organisation("Pamir Forestry Office", "PFO", "gov_local", "prov", ("TJ",), ("OVIAMM", "OVIVIG"), "Pamir", 11, 4, 3),
    Organisation(
        "Steppe Monitoring Centre", "SMC", "sci", "nat", ("KZ",), ("SAITAT", "GAZSUB"), "Betpaqdala", 12, 3, 5
    ),
    Organisation(
        "Western Railways Office", "WRO", "priv_inf", "nat", ("KZ",), ("SAITAT",), "Aqtöbe, Qyzylorda", 0, 5, 1
    ),
    Organisation("Yrghyz Steppe Reserve", "YSR", "pa", "prov", ("KZ",), ("SAITAT",), "Yrghyz", 18, 3, 5),
    Organisation(
        "Ustyurt Ranger Unit", "URU", "enf", "prov", ("UZ",), ("SAITAT", "GAZSUB", "EQUHEM"), "Ustyurt", 8, 3, 4
    ),
    Organisation(
        "South Gobi Herder Federation", "SGF", "herd", "prov", ("MN",), ("EQUHEM", "GAZSUB"), "South Gobi", 1, 2, 4
    ),
    Organisation(
        "Gobi Copper, environment office", "GCE", "priv_inf", "prov", ("MN",), ("EQUHEM",), "Khanbogd", 4, 4, 2
    ),
    Organisation(
        "Regional Antelope Programme",
        "RAP",
        "ngo_int",
        "reg",
        ("KZ", "MN", "UZ"),
        ("SAITAT", "GAZSUB", "PROGUT"),
        "",
        10,
        3,
        5,
    ),
    Organisation(
        "Border Service Liaison", "BSL", "border", "nat", ("TJ",), ("OVIAMM", "PANUNC"), "Eastern border", 0, 5, 2
    ),
)


@dataclass(slots=True)
class Respondent:
    """Somebody who answers for an organisation, and the script of the answers."""

    script: Script
    organisation: Organisation
    number: int
    started: datetime

    @property
    def code(self) -> str:
        return f"{self.organisation.countries[0]}-{self.number:04d}"

    def rating(self, middle: float, spread: float = 0.7) -> int:
        """A rating from 1 to 5 around `middle`."""
        return min(5, max(1, round(self.script.chance.gauss(middle, spread))))


def stakeholder_steps(
    script: Script, organisation: Organisation, number: int, started: datetime, *, answer: str = "yes"
) -> list[Step]:
    """The whole survey; `answer` is what the respondent says when asked for consent."""
    respondent = Respondent(script, organisation, number, started)
    ask_details(respondent)
    script.set("/data/consent_g/consent", answer)
    if answer == "yes":
        ask_organisation(respondent)
        ask_activities(respondent)
        ask_threats(respondent)
        ask_gaps(respondent)
        ask_position(respondent)
        close(respondent)
    return script.steps


def ask_details(respondent: Respondent) -> None:
    script = respondent.script
    mode = script.pick({"face": 5, "self": 3, "phone": 2})
    country = respondent.organisation.countries[0]
    script.answers(
        "/data/ident",
        resp_code=respondent.code,
        country=country,
        mode=mode,
        lang="mn" if country == "MN" else "ru",
        interviewer=None if mode == "self" else f"{country}-C01",
    )


def ask_organisation(respondent: Respondent) -> None:
    script, organisation = respondent.script, respondent.organisation
    store = script.pick({"org": 6, "full": 2, "anon": 1})
    named = store != "anon"
    script.answers("/data/consent_g", store=store, list_ok="yes" if named else "no")
    countries = [state.iso_a2 for state in places.range_states()]
    years = script.chance.randint(2, 28)
    script.answers(
        "/data/org",
        org_name=organisation.name if named else None,
        org_acr=organisation.short if named else None,
        org_type=organisation.kind,
        org_level=organisation.level,
        org_countries=choices(organisation.countries, countries),
        org_places=organisation.places or None,
        org_staff=organisation.staff,
        resp_sex=script.pick({"f": 4, "m": 6}),
        resp_years=years,
    )


def ask_activities(respondent: Respondent) -> None:
    script, organisation = respondent.script, respondent.organisation
    species = choices(organisation.species, [kind.code for kind in reference.species()])
    likely: Mapping[str, float] = {"o1_1": 4, "o1_2": 2, "o1_3": 2, "o1_5": 3, "o1_6": 4, "o1_7": 2, "o2": 1, "o3": 2}
    fields = script.some(likely, script.chance.randint(2, 4))
    script.answers("/data/spp", species=species, fields=choices(fields, THEMES))
    themes = fields[: script.chance.randint(0, len(fields))]
    for row, theme in zip(script.instances("/data/spp/activity", len(themes)), themes, strict=True):
        report_activity(respondent, row, theme, species)


def report_activity(respondent: Respondent, row: str, theme: str, species: str) -> None:
    script = respondent.script
    this_year = respondent.started.year
    first = this_year - script.chance.randint(1, 9)
    status = script.pick({"ong": 5, "done": 3, "plan": 1})
    last = {"done": script.chance.randint(first, this_year), "plan": this_year + 3}.get(status)
    script.answers(
        row,
        act_title=ACTIVITIES[theme],
        act_theme=theme,
        act_species=species,
        act_country=respondent.organisation.countries[0],
        act_from=this_year + 1 if status == "plan" else first,
        act_to=last,
        act_status=status,
        act_eff=None if status == "plan" else script.pick({"1": 4, "2": 4, "3": 1, "99": 2}),
    )


def ask_threats(respondent: Respondent) -> None:
    script = respondent.script
    threats = script.some(dict.fromkeys(THREATS, 1.0), script.chance.randint(3, 6))
    script.set("/data/thr/threats", " ".join(threats))
    rated = threats[: script.chance.randint(2, 3)]
    for row, threat in zip(script.instances("/data/thr/thr_rate", len(rated)), rated, strict=True):
        lasting = threat in HARD_TO_REVERSE
        script.answers(
            row,
            thr_code=threat,
            thr_species=script.chance.choice(respondent.organisation.species),
            thr_scope=script.pick({"4": 1, "3": 3, "2": 4, "1": 2}),
            thr_sev=script.pick({"4": 1, "3": 4, "2": 4, "1": 2, "99": 0.5}),
            thr_irr=script.pick({"4": 1, "3": 5, "2": 2} if lasting else {"3": 2, "2": 5, "1": 3}),
            thr_trend=script.pick({"inc": 5, "stable": 3, "dec": 2, "dk": 1}),
            thr_conf=script.pick({"high": 4, "medium": 5, "low": 1}),
        )


def ask_gaps(respondent: Respondent) -> None:
    script = respondent.script
    fields = script.some(dict.fromkeys(FIELDS, 1.0), script.chance.randint(4, 7))
    script.set("/data/gaps/cap_fields", " ".join(fields))
    for position, field in enumerate(fields, 1):
        importance, performance = respondent.rating(4.2), respondent.rating(2.6, 0.9)
        script.answers(
            f"/data/gaps/gap[{position}]",
            gap_imp=importance,
            gap_perf=performance,
            gap_need=MISSING[field] if importance - performance >= 2 else None,
        )
    order = sorted(THEMES, key=lambda theme: THEMES.index(theme) + script.chance.gauss(0, 3))
    script.answers(
        "/data/gaps",
        top_themes=" ".join(order),
        success=script.chance.choice(SUCCESS) if script.happens(0.7) else None,
        failure=script.chance.choice(FAILURE) if script.happens(0.6) else None,
    )


def ask_position(respondent: Respondent) -> None:
    script, organisation = respondent.script, respondent.organisation
    script.answers(
        "/data/infl",
        interest=respondent.rating(organisation.interest, 0.4),
        influence=respondent.rating(organisation.influence, 0.5),
        legit=respondent.rating(3.4),
        urgency=respondent.rating(organisation.interest - 0.5),
        attitude=respondent.rating(2.2 + 0.5 * organisation.interest),
    )
    others = [other for other in ORGANISATIONS if other is not organisation]
    near = [other for other in others if set(other.countries) & set(organisation.countries)] or others
    partners = script.chance.sample(near, min(len(near), script.chance.randint(1, 4)))
    for row, partner in zip(script.instances("/data/infl/partner", len(partners)), partners, strict=True):
        script.answers(
            row,
            p_name=partner.name,
            p_type=partner.kind,
            p_tie=script.pick({"info": 5, "joint": 3, "fund": 1, "cmd": 2, "train": 1, "conflict": 1}),
            p_dir=script.pick({"both": 5, "out": 2, "in": 3}),
            p_freq=script.pick({"week": 1, "month": 3, "year": 5, "less": 1}),
            p_infl=respondent.rating(partner.influence),
        )


def close(respondent: Respondent) -> None:
    script = respondent.script
    themes = script.some(dict.fromkeys(THEMES, 1.0), script.chance.randint(1, 3))
    script.answers("/data/close", invite=choices(themes, THEMES), review=script.pick({"yes": 8, "no": 2}))
