"""The shipped forms as pyxform makes them, each converted once."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pyxform.xls2xform import convert

FORMS = Path(__file__).parents[2] / "forms"
QUESTIONS = {
    "herder_interview": 84,
    "stakeholder_survey": 60,
    "expert_gap": 49,
    "measures_inventory": 39,
    "consultation_meeting": 53,
}
NAMES = tuple(QUESTIONS)


@cache
def converted(name: str) -> tuple[str, tuple[str, ...]]:
    """The XForm and what pyxform warned of."""
    warnings: list[str] = []
    xform: str = convert(FORMS / f"{name}.xlsx", warnings=warnings).xform
    return xform, tuple(warnings)
