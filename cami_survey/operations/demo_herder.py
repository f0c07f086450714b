"""Plausible answers to the herder interview, for the demonstration survey."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from cami_survey.operations.demo_script import Script, Step, choices, shares
from cami_survey.operations.demo_sites import Site
from cami_survey.reference import species as reference

FORM_ID = "herder_interview"
SEASONS = ("winter", "spring", "summer", "autumn")
LIVESTOCK = ("sheep", "goat", "cattle", "yak", "horse", "camel", "donkey", "dog")
GUARDS = ("herder", "part", "dog", "corral", "pp", "light")
BARRIERS = ("bfence", "rail", "road", "pipe", "canal", "pfence", "mine", "power")
NEEDS = ("corral", "ins", "vet", "pasture", "water", "patrol", "dogs", "info", "income", "fence", "oth")
HERD_SIZES = {"SAITAT": (15, 900), "OVIAMM": (3, 45), "GAZSUB": (2, 18), "EQUHEM": (4, 80), "OVIVIG": (3, 22)}
GROUPS = ((1, "g1"), (5, "g2"), (20, "g6"), (100, "g21"), (1000, "g101"))
CARNIVORES = ("PANUNC", "LYNLYN", "OTOMAN")
WEATHER_AND_DISEASE = ("dis", "wea")

TEXTS = {
    "ru": {
        "move-mountain": (
            "Весной поднимаются из долины на верхние пастбища, в ноябре спускаются обратно.",
            "После первого снега переходят через перевал на солнечную сторону.",
            "Осенью держатся у границы, весной с молодняком идут вверх по долине.",
        ),
        "move-plain": (
            "В октябре идут на юг к зимовкам, в апреле возвращаются.",
            "Весной идут на север за травой, ночью переходят дорогу.",
        ),
        "advice": (
            "Советоваться с чабанами до того, как закрывать пастбища.",
            "Платить за потерянный скот в тот же год.",
            "Приезжать и рассказывать, что показали учёты.",
            "Взять егерей из местных, они знают каждую долину.",
            "Сделать проходы в ограждении там, где звери ходили всегда.",
        ),
        "feedback": (
            "Собрание в сельской управе весной",
            "Короткий рассказ на сходе, на родном языке",
            "Плакат в школе",
        ),
        "notes": (
            "Говорил охотно, карту читает уверенно.",
            "В середине разговора подошли соседи, ответы стали короче.",
            "Годы вспоминает по большим зимам, даты примерные.",
        ),
        "help": ("Топливо на зиму", "Связь на летнем пастбище"),
    },
    "en": {
        "move-plain": (
            "In late autumn from the plain to the wells in the south, back when the grass comes.",
            "Along the dry river bed, mostly at night since the trucks came.",
        ),
        "advice": (
            "Leave openings in the railway fence where the khulan want to cross.",
            "Ask the herders before a new road is drawn on the map.",
            "Come back and tell us what the counts showed.",
        ),
        "feedback": ("A meeting in the sum centre before the summer", "A short film in Mongolian"),
        "notes": ("Spoke freely, reads the map well.", "Neighbours joined half way, answers became shorter."),
        "help": ("Hay store for the winter", "A phone mast at the summer pasture"),
    },
}


@dataclass(slots=True)
class Herder:
    """One person at one site, and the script of the talk with that person."""

    script: Script
    site: Site
    number: int
    started: datetime
    seasons: list[str] = field(default_factory=list)
    stock: dict[str, int] = field(default_factory=dict)

    @property
    def code(self) -> str:
        return f"{self.site.country}-H{self.number:04d}"

    def text(self, about: str) -> str:
        return self.script.chance.choice(TEXTS[self.site.written_in][about])

    def cell(self) -> str | None:
        """A grid cell near the site, or None where the plan stores districts only."""
        if self.site.precision == "adm":
            return None
        return f"{self.site.country}-25-{self.site.interviews * 31 + self.script.chance.randint(0, 14):04d}"


def herder_steps(script: Script, site: Site, number: int, started: datetime, *, answer: str = "yes") -> list[Step]:
    """The whole interview; `answer` is what the person says when asked for consent, or "minor"."""
    herder = Herder(script, site, number, started)
    if site.written_in == "ru":
        script.language("Russian (ru)")
    ask_details(herder)
    ask_consent(herder, answer)
    if answer == "yes":
        for ask in (ask_person, ask_herd, ask_animals, ask_barriers, ask_losses, ask_attitudes, ask_sensitive):
            ask(herder)
        ask_priorities(herder)
        close(herder)
    return script.steps


def ask_details(herder: Herder) -> None:
    script, site = herder.script, herder.site
    script.answers(
        "/data/ident",
        int_code=herder.code,
        interviewer=script.chance.choice(site.facilitators),
        country=site.country,
        adm1=site.province,
        adm2=script.chance.choice(site.districts),
        loc_prec=site.precision,
        grid=herder.cell(),
        lang=site.language,
        interp="yes" if script.happens(0.2) else "no",
        others=script.chance.choice((0, 0, 0, 1, 1, 2, 3)),
    )


def ask_consent(herder: Herder, answer: str) -> None:
    script = herder.script
    script.answers(
        "/data/cons",
        comm_consent=script.pick({"yes": 9, "dk": 1}),
        adult="no" if answer == "minor" else "yes",
        consent=None if answer == "minor" else answer,
    )
    if answer == "yes":
        script.answers(
            "/data/cons", audio_ok=script.pick({"yes": 6, "no": 4}), quote_ok=script.pick({"yes": 8, "no": 2})
        )


def ask_person(herder: Herder) -> None:
    script = herder.script
    age = script.pick({"a18": 2, "a30": 4, "a45": 4, "a60": 2})
    oldest = {"a18": 10, "a30": 22, "a45": 36, "a60": 55}[age]
    present = script.pick({"summer": 1, "spring summer autumn": 4, "winter spring summer autumn": 5})
    script.answers(
        "/data/who",
        sex=script.pick({"m": 7, "f": 3}),
        age=age,
        role=script.pick({"herd": 5, "hh": 4, "hire": 2, "lead": 1, "rang": 0.5}),
        years=script.chance.randint(oldest // 4, oldest),
        presence=present,
    )
    herder.seasons = present.split()


def ask_herd(herder: Herder) -> None:
    script, site = herder.script, herder.site
    wealth = script.chance.triangular(0.0, 1.0, 0.25)
    for animal in LIVESTOCK:
        chance, least, most = site.stock.get(animal, (0.0, 0, 0))
        if script.happens(chance):
            herder.stock[animal] = round(least + (most - least) * wealth * script.chance.uniform(0.7, 1.0))
    if not herder.stock:
        herder.stock["sheep"] = site.stock["sheep"][1]
    script.set("/data/herd/livestock", " ".join(herder.stock))
    for position, number in enumerate(herder.stock.values(), 1):
        script.answers(
            f"/data/herd/stock[{position}]",
            stock_n=number,
            stock_tr=script.pick({"inc": 4, "stable": 4, "dec": 3, "fluct": 2, "dk": 0.5}),
        )
    for position, season in enumerate(herder.seasons, 1):
        describe_pasture(herder, f"/data/herd/pasture[{position}]", season)
    guards = [script.pick({"herder": 4, "part": 2}), *script.some({"dog": 4, "corral": 5, "pp": 0.7, "light": 0.7}, 2)]
    script.set("/data/herd/guard", choices(guards, GUARDS) if script.happens(0.95) else "none")


def describe_pasture(herder: Herder, row: str, season: str) -> None:
    script = herder.script
    script.answers(
        row,
        past_type=herder.site.land[season],
        past_km=0 if season == "winter" else script.chance.choice((3, 8, 12, 20, 35, 60)),
        past_cond=script.pick({"dec": 5, "stable": 3, "inc": 1, "fluct": 1}),
        past_wild=script.pick({"yes": 5, "no": 3, "dk": 1}),
    )


def ask_animals(herder: Herder) -> None:
    script, site = herder.script, herder.site
    control = script.chance.sample(reference.absent_from(site.country), 2)
    order = [kind.code for kind in reference.species()]
    cards = choices([*site.animals, *control], order)
    script.set("/data/know/cards", cards)
    seen: list[tuple[str, str]] = []
    for position, code in enumerate(cards.split(), 1):
        card = f"/data/know/card[{position}]"
        if code in control:
            answer_control_card(herder, card)
        else:
            last = answer_card(herder, card, code)
            if last in ("m1", "m12") and script.happens(0.9):
                seen.append((code, last))
    report_sightings(herder, seen)
    land = "mountain" if site.land["summer"] == "alp" else "plain"
    move = script.pick({"yes": 6, "no": 2, "dk": 2})
    script.answers("/data/know", move=move, move_txt=herder.text(f"move-{land}") if move == "yes" else None)


def answer_control_card(herder: Herder, card: str) -> None:
    """An animal that does not live here: mostly unknown, sometimes taken for another, seldom claimed."""
    script = herder.script
    known = script.pick({"no": 8, "wrong": 2, "help": 0.7})
    script.set(f"{card}/id_res", known)
    if known == "help":
        script.answers(card, last_seen=script.pick({"never": 4, "older": 1}), tr10="dk")
    script.set(f"{card}/id_conf", script.pick({"high": 5, "medium": 3, "low": 1}))


def answer_card(herder: Herder, card: str, code: str) -> str:
    """An animal expected here; when it was last seen ("" if not recognised)."""
    script = herder.script
    known = script.pick({"right": 8, "help": 2, "wrong": 0.4, "no": 0.4})
    script.set(f"{card}/id_res", known)
    last = ""
    if known in ("right", "help"):
        last = recall(herder, card, code)
    script.set(f"{card}/id_conf", script.pick({"high": 5, "medium": 4, "low": 1}))
    return last


def recall(herder: Herder, card: str, code: str) -> str:
    script, site = herder.script, herder.site
    recent = script.happens(site.animals[code])
    last = script.pick({"m1": 1, "m12": 1} if recent else {"y5": 4, "y10": 2, "older": 2, "never": 2, "dk": 1})
    growing = 4 * site.animals[code] if recent else 0.3
    trend = script.pick({"dec": 4, "stable": 3, "inc": growing, "fluct": 1, "dk": 1 if recent else 4})
    name = reference.names(code).get(site.name_language)
    script.answers(card, local_name=name.split(" (")[0] if name else None, last_seen=last)
    if recent:
        script.answers(card, grp=group_class(herd_size(herder, code)), young=script.pick({"yes": 5, "no": 3, "dk": 1}))
    script.set(f"{card}/tr10", trend)
    if trend == "dec":
        script.set(f"{card}/tr_why", " ".join(script.some(site.threats, script.chance.randint(1, 3))))
    return last


def herd_size(herder: Herder, code: str) -> int:
    least, most = HERD_SIZES.get(code, (1, 2))
    return round(herder.script.chance.triangular(least, most, least + (most - least) / 5))


def group_class(number: int) -> str:
    """The class of the question on group size that holds `number`."""
    return next((name for limit, name in GROUPS if number <= limit), "g1000")


def report_sightings(herder: Herder, seen: list[tuple[str, str]]) -> None:
    script = herder.script
    this_season = SEASONS[herder.started.month % 12 // 3]
    for row, (code, last) in zip(script.instances("/data/know/sight", len(seen)), seen, strict=True):
        signs = (
            {"sign": 5, "live": 2, "cam": 1, "told": 1} if code in CARNIVORES else {"live": 9, "dead": 0.6, "sign": 1}
        )
        kind = script.pick(signs)
        year = herder.started.year - (1 if last == "m12" and script.happens(0.4) else 0)
        number = {"live": herd_size(herder, code), "dead": 1}.get(kind)
        script.answers(
            row,
            s_sp=code,
            s_obs=kind,
            s_year=year,
            s_season=this_season if last == "m1" else script.chance.choice(earlier_seasons(herder.started, year)),
            s_grid=herder.cell(),
            s_n=number,
            s_conf=script.pick({"high": 6, "medium": 3, "low": 1}),
        )


def earlier_seasons(now: datetime, year: int) -> tuple[str, ...]:
    """The seasons of `year` that began before `now` and lie within the last twelve months."""
    current = now.month % 12 // 3
    return SEASONS[current:] if year < now.year else SEASONS[: current + 1]


def ask_barriers(herder: Herder) -> None:
    script, site = herder.script, herder.site
    found = [barrier for barrier in BARRIERS if script.happens(site.barriers.get(barrier, 0.0))]
    script.set("/data/barr/barriers", " ".join(found) or "none")
    ungulates = [code for code in site.animals if code not in CARNIVORES]
    for position, barrier in enumerate(found, 1):
        hard = barrier in ("bfence", "rail")
        script.answers(
            f"/data/barr/barrier_row[{position}]",
            bar_sp=" ".join(code for code in ungulates if script.happens(0.8)) or ungulates[0],
            bar_cross=script.pick(
                {"never": 3, "some": 4, "die": 1, "dk": 1} if hard else {"free": 4, "some": 3, "die": 0.5}
            ),
            bar_year=script.chance.randint(1975, 2022) if script.happens(0.5) else None,
        )


def ask_losses(herder: Herder) -> None:
    script = herder.script
    lost = script.pick({"yes": 7, "no": 2, "refused": 0.3})
    script.set("/data/loss/loss_any", lost)
    if lost != "yes":
        return
    causes = script.some(herder.site.predators, script.chance.randint(1, 3))
    for row, cause in zip(script.instances("/data/loss/loss_row", len(causes)), causes, strict=True):
        report_loss(herder, row, cause)


def report_loss(herder: Herder, row: str, cause: str) -> None:
    script = herder.script
    herds = {animal: number for animal, number in herder.stock.items() if animal != "dog" and number > 0}
    animal = script.pick({animal: min(number, 60) for animal, number in herds.items()} or {"sheep": 1})
    most = max(1, round(herds.get(animal, 10) * (0.12 if cause in WEATHER_AND_DISEASE else 0.05)))
    adults = script.chance.randint(0, most)
    young = script.chance.randint(0 if adults else 1, most + 1)
    by_hand = cause not in WEATHER_AND_DISEASE
    script.answers(
        row,
        l_agent=cause,
        l_animal=animal,
        l_season=script.pick({"winter": 4, "spring": 3, "summer": 2, "autumn": 2}),
        l_adult=adults,
        l_young=young,
        l_where=script.pick({"corral": 2, "camp": 1, "pasture": 3, "free": 4}) if by_hand else None,
        l_evid=script.pick({"saw": 1, "carcass": 4, "track": 3, "miss": 2}) if by_hand else None,
        l_comp=script.pick({"none": 6, "noclaim": 3, "rej": 1, "pend": 1, "part": 0.5}),
    )


def ask_attitudes(herder: Herder) -> None:
    script, mood = herder.script, herder.site.tolerance
    middles = (
        3.4 - 1.2 * mood,
        3.0 + 1.1 * mood,
        4.5 + 0.2 * mood,
        3.6 - 0.9 * mood,
        2.1,
        2.5 + 0.6 * mood,
        3.1 + 0.8 * mood,
    )
    for number, middle in enumerate(middles, 1):
        script.set(f"/data/att/at{number}", opinion(script, middle))
    benefits = script.some({"tour": 2, "job": 1, "hunt": 1, "comm": 1, "spirit": 4}, script.chance.randint(1, 2))
    script.answers(
        "/data/att",
        benefit=" ".join(benefits) if script.happens(0.4 + 0.2 * mood) else "none",
        rule_k=script.pick({"yes": 7, "no": 1, "dk": 2}),
        rule_s=script.pick({"yes": 9, "dk": 1}),
    )


def opinion(script: Script, middle: float) -> int:
    """One answer on the five steps of agreement, seldom "do not know" (99) or refused (98)."""
    if script.happens(0.05):
        return script.chance.choice((98, 99, 99))
    return min(5, max(1, round(script.chance.gauss(middle, 0.9))))


def ask_sensitive(herder: Herder) -> None:
    script, method = herder.script, herder.site.method
    script.set("/data/sens/sens_m", method)
    if method == "rrt":
        script.set("/data/sens/rrt_a", script.pick({"yes": 3, "no": 7}))
    elif method == "uct":
        version = script.pick({"a": 1, "b": 1})
        script.answers("/data/sens", uct_g=version, uct_n=script.chance.randint(0, 3 if version == "a" else 4))
    elif method == "proj":
        script.set("/data/sens/proj_a", script.pick({"1": 1, "2": 3, "3": 3, "4": 2, "5": 1, "99": 2}))


def ask_priorities(herder: Herder) -> None:
    script, site = herder.script, herder.site
    counters = 20 if script.happens(0.95) else 18
    piles = script.some(site.threats, script.chance.randint(3, 6))
    piles.sort(key=lambda threat: -site.threats[threat])
    heaps = shares(script.chance, counters, len(piles))
    rows = script.instances("/data/prio/pile", len(piles))
    for row, threat, heap in zip(rows, piles, heaps, strict=True):
        script.answers(row, pl_threat=threat, pl_n=heap)
    weights = {
        "corral": 4,
        "ins": 4,
        "vet": 3,
        "pasture": 3,
        "water": 3,
        "patrol": 1,
        "income": 2,
        "fence": 1,
        "oth": 0.5,
    }
    needs = script.some(weights, script.chance.randint(1, 3))
    script.answers(
        "/data/prio",
        pile_ok="yes" if counters == 20 else "no",
        needs=choices(needs, NEEDS),
        need_oth=herder.text("help") if "oth" in needs else None,
        advice=herder.text("advice") if script.happens(0.7) else None,
    )


def close(herder: Herder) -> None:
    script = herder.script
    wanted = script.happens(0.85)
    script.answers(
        "/data/close",
        feedback="yes" if wanted else "no",
        fb_how=herder.text("feedback") if wanted else None,
        quality=script.pick({"high": 5, "medium": 4, "low": 1}),
        notes=herder.text("notes") if script.happens(0.4) else None,
    )
