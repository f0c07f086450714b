"""Painted widgets without knowledge of surveys. They take every colour, size and font from `theme`."""

from cami_survey.ui.kit.band import Band, DoneBand
from cami_survey.ui.kit.button import Button, IconButton, Link, PaintedButton
from cami_survey.ui.kit.choice import Chip, Radio, Switch, Tick
from cami_survey.ui.kit.field import Combo, SearchField, TextArea, TextField, set_problem
from cami_survey.ui.kit.frame import Card, KeyCap, Mark, Panel, Pill, ProgressLine, Rule, ScrollArea, column, row
from cami_survey.ui.kit.graphic import Graphic
from cami_survey.ui.kit.password import PasswordField, Shown
from cami_survey.ui.kit.segments import Segments, Tabs
from cami_survey.ui.kit.text import ElidedLabel, Label

__all__ = [
    "Band",
    "Button",
    "Card",
    "Chip",
    "Combo",
    "DoneBand",
    "ElidedLabel",
    "Graphic",
    "IconButton",
    "KeyCap",
    "Label",
    "Link",
    "Mark",
    "PaintedButton",
    "Panel",
    "PasswordField",
    "Pill",
    "ProgressLine",
    "Radio",
    "Rule",
    "ScrollArea",
    "SearchField",
    "Segments",
    "Shown",
    "Switch",
    "Tabs",
    "TextArea",
    "TextField",
    "Tick",
    "column",
    "row",
    "set_problem",
]
