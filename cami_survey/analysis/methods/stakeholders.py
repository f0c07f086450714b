"""Stakeholders: power and interest, salience. The unit is the organisation or group, never a person."""

from __future__ import annotations

from typing import Literal

Quadrant = Literal["manage closely", "keep satisfied", "keep informed", "monitor"]
# From these on, of 1 to 5, power and interest are high, and an attribute of salience is there.
HIGH, SALIENT = 3.5, 4

_SALIENCE = {
    (True, False, False): "dormant",
    (False, True, False): "discretionary",
    (False, False, True): "demanding",
    (True, True, False): "dominant",
    (True, False, True): "dangerous",
    (False, True, True): "dependent",
    (True, True, True): "definitive",
    (False, False, False): "non-stakeholder",
}


def quadrant(power: float, interest: float) -> Quadrant:
    """What the power and interest grid advises of medians from 1 to 5."""
    if power >= HIGH:
        return "manage closely" if interest >= HIGH else "keep satisfied"
    return "keep informed" if interest >= HIGH else "monitor"


def salience(power: bool, legitimacy: bool, urgency: bool) -> str:
    """Class of Mitchell, Agle and Wood (1997)."""
    return _SALIENCE[power, legitimacy, urgency]
