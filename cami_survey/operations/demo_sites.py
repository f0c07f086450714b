"""Where the demonstration interviews take place: real provinces and districts, plausible herds and opinions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Site:
    """One study site.

    `animals`: species -> chance that a herder saw it in the last 12 months. `stock`: livestock -> (chance of keeping
    it, fewest, most). `land`: season -> kind of pasture. `predators`: cause of loss -> weight.
    `threats`: threat -> weight. `tolerance` from -1 (wild animals are a burden) to 1 (they are welcome).
    """

    name: str
    device: int
    interviews: int
    country: str
    province: str
    districts: tuple[str, ...]
    language: str
    name_language: str
    facilitators: tuple[str, ...]
    written_in: str
    precision: str
    method: str
    tolerance: float
    animals: Mapping[str, float]
    stock: Mapping[str, tuple[float, int, int]]
    land: Mapping[str, str]
    barriers: Mapping[str, float]
    predators: Mapping[str, float]
    threats: Mapping[str, float]


MOUNTAIN_HERD = {
    "sheep": (0.95, 25, 260),
    "goat": (0.7, 10, 90),
    "cattle": (0.7, 2, 24),
    "horse": (0.8, 1, 18),
    "dog": (0.7, 1, 4),
}
STEPPE_HERD = {
    "sheep": (0.9, 60, 700),
    "goat": (0.6, 10, 120),
    "cattle": (0.8, 8, 90),
    "horse": (0.85, 6, 110),
    "camel": (0.3, 3, 45),
    "dog": (0.5, 1, 3),
}
MOUNTAIN_LAND = {"winter": "valley", "spring": "foothill", "summer": "alp", "autumn": "foothill"}
STEPPE_LAND = {"winter": "desert", "spring": "steppe", "summer": "steppe", "autumn": "steppe"}

SITES = (
    Site(
        name="Naryn",
        device=0,
        interviews=12,
        country="KG",
        province="KG-N",
        districts=("At-Bashy", "Ak-Talaa", "Naryn"),
        language="ky",
        name_language="ky",
        facilitators=("KG-F01", "KG-F02"),
        written_in="ru",
        precision="g25",
        method="proj",
        tolerance=0.4,
        animals={"PANUNC": 0.35, "OVIAMM": 0.75, "LYNLYN": 0.3, "OTOMAN": 0.15},
        stock={**MOUNTAIN_HERD, "yak": (0.4, 8, 110)},
        land=MOUNTAIN_LAND,
        barriers={"bfence": 0.6, "road": 0.25, "pfence": 0.15},
        predators={"wolf": 6, "snowl": 2, "lynx": 1, "wea": 3, "dis": 2},
        threats={"cami_1": 4, "cami_1c": 2, "cami_3": 4, "cami_3a": 3, "cami_4a": 2, "cami_12a": 2},
    ),
    Site(
        name="Alay",
        device=0,
        interviews=8,
        country="KG",
        province="KG-O",
        districts=("Chong-Alay", "Alay"),
        language="ky",
        name_language="ky",
        facilitators=("KG-F03",),
        written_in="ru",
        precision="g25",
        method="skip",
        tolerance=0.1,
        animals={"PANUNC": 0.25, "OVIAMM": 0.5, "LYNLYN": 0.2},
        stock={**MOUNTAIN_HERD, "yak": (0.3, 5, 70), "donkey": (0.4, 1, 3)},
        land=MOUNTAIN_LAND,
        barriers={"bfence": 0.35, "road": 0.5, "power": 0.15},
        predators={"wolf": 6, "snowl": 1, "bear": 1, "wea": 4, "dis": 2},
        threats={"cami_1": 3, "cami_3": 5, "cami_3a": 4, "cami_3c": 2, "cami_4": 1, "cami_12a": 3},
    ),
    Site(
        name="South Gobi",
        device=1,
        interviews=4,
        country="MN",
        province="MN-053",
        districts=("Khanbogd", "Noyon"),
        language="mn",
        name_language="mn",
        facilitators=("MN-F01",),
        written_in="en",
        precision="g25",
        method="ballot",
        tolerance=0.3,
        animals={"EQUHEM": 0.95, "GAZSUB": 0.85, "PANUNC": 0.2, "OVIAMM": 0.4, "LYNLYN": 0.1},
        stock={
            "sheep": (0.9, 60, 350),
            "goat": (1.0, 90, 480),
            "horse": (0.8, 5, 60),
            "camel": (0.8, 4, 90),
            "dog": (0.6, 1, 2),
        },
        land={"winter": "foothill", "spring": "desert", "summer": "desert", "autumn": "steppe"},
        barriers={"bfence": 0.6, "rail": 0.7, "road": 0.5, "mine": 0.6},
        predators={"wolf": 5, "snowl": 1, "wea": 6, "dis": 2},
        threats={"cami_1": 2, "cami_4": 4, "cami_4a": 3, "cami_5": 5, "cami_9": 3, "cami_12a": 4},
    ),
    Site(
        name="Ustyurt",
        device=1,
        interviews=2,
        country="UZ",
        province="UZ-QR",
        districts=("Qo‘ng‘irot",),
        language="kaa",
        name_language="uz",
        facilitators=("UZ-F01",),
        written_in="ru",
        precision="g25",
        method="skip",
        tolerance=0.0,
        animals={"SAITAT": 0.5, "GAZSUB": 0.4, "EQUHEM": 0.2},
        stock={**STEPPE_HERD, "camel": (0.7, 5, 60)},
        land={"winter": "desert", "spring": "desert", "summer": "desert", "autumn": "desert"},
        barriers={"bfence": 0.7, "rail": 0.5, "pipe": 0.5},
        predators={"wolf": 5, "dis": 3, "wea": 2},
        threats={"cami_1": 4, "cami_2": 2, "cami_4": 3, "cami_4a": 4, "cami_6": 3, "cami_12": 3},
    ),
    Site(
        name="Yrghyz",
        device=1,
        interviews=6,
        country="KZ",
        province="KZ-15",
        districts=("Yrghyz", "Bayghanin"),
        language="kk",
        name_language="kk",
        facilitators=("KZ-F01",),
        written_in="ru",
        precision="g25",
        method="rrt",
        tolerance=-0.6,
        animals={"SAITAT": 0.95, "GAZSUB": 0.15},
        stock=STEPPE_HERD,
        land=STEPPE_LAND,
        barriers={"rail": 0.7, "road": 0.4, "canal": 0.1},
        predators={"wolf": 6, "wea": 4, "dis": 3, "theft": 1},
        threats={"cami_1": 3, "cami_3a": 5, "cami_3d": 3, "cami_4": 3, "cami_12": 3, "cami_12a": 2},
    ),
    Site(
        name="Zhetisu",
        device=1,
        interviews=4,
        country="KZ",
        province="KZ-33",
        districts=("Panfilov", "Kerbulak"),
        language="kk",
        name_language="kk",
        facilitators=("KZ-F02",),
        written_in="ru",
        precision="adm",
        method="skip",
        tolerance=0.5,
        animals={"GAZSUB": 0.8, "EQUHEM": 0.7, "OVIAMM": 0.4, "LYNLYN": 0.1},
        stock=STEPPE_HERD,
        land={"winter": "desert", "spring": "desert", "summer": "foothill", "autumn": "steppe"},
        barriers={"bfence": 0.5, "road": 0.4, "pfence": 0.2},
        predators={"wolf": 5, "fox": 1, "dis": 2, "wea": 1},
        threats={"cami_1": 3, "cami_3a": 2, "cami_4a": 3, "cami_8": 2, "cami_9": 4, "cami_12": 3},
    ),
    Site(
        name="Murghob",
        device=1,
        interviews=9,
        country="TJ",
        province="TJ-GB",
        districts=("Murghob",),
        language="ky",
        name_language="ky",
        facilitators=("TJ-F01", "TJ-F02"),
        written_in="ru",
        precision="g25",
        method="uct",
        tolerance=0.2,
        animals={"PANUNC": 0.4, "OVIAMM": 0.9, "LYNLYN": 0.2, "OVIVIG": 0.1},
        stock={**MOUNTAIN_HERD, "yak": (0.9, 10, 140), "horse": (0.2, 1, 4), "donkey": (0.3, 1, 3)},
        land={"winter": "valley", "spring": "desert", "summer": "alp", "autumn": "alp"},
        barriers={"bfence": 0.8, "road": 0.3},
        predators={"wolf": 7, "snowl": 3, "wea": 3, "dis": 1},
        threats={"cami_1": 5, "cami_1c": 2, "cami_3": 3, "cami_4a": 4, "cami_12": 1, "cami_12a": 2},
    ),
)
