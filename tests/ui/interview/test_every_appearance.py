"""Every type of XLSForm with every appearance it is known for has a widget of its own, never the last resort."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication
from pyxform.question_type_dictionary import QUESTION_TYPE_DICT

from cami_survey.engine.api import load_form
from cami_survey.operations.interviews import preview
from cami_survey.ui.interview.answers.choices import ChoicesAnswer, LinesAnswer, ScaleAnswer
from cami_survey.ui.interview.answers.finding import DropDownAnswer, FindAnswer
from cami_survey.ui.interview.answers.image_map import ImageMapAnswer
from cami_survey.ui.interview.answers.moment import DateAnswer, MomentOfDayAnswer, TimeAnswer
from cami_survey.ui.interview.answers.note import NoteAnswer
from cami_survey.ui.interview.answers.number import CounterAnswer, DecimalAnswer, DigitsAnswer, NumberAnswer
from cami_survey.ui.interview.answers.picker import PickerAnswer
from cami_survey.ui.interview.answers.rank import RankAnswer
from cami_survey.ui.interview.answers.rating import RatingAnswer
from cami_survey.ui.interview.answers.scale import RangeAnswer
from cami_survey.ui.interview.answers.text import LongTextAnswer, SecretAnswer, TextAnswer, UnknownAnswer, UrlAnswer
from cami_survey.ui.interview.reading import Reading
from cami_survey.ui.interview.widgets import widget_for

CALENDARS = ("bikram-sambat", "buddhist", "coptic", "ethiopian", "islamic", "myanmar", "persian")
CHOICES = {
    "": ChoicesAnswer, "minimal": DropDownAnswer, "autocomplete": FindAnswer, "search": FindAnswer,
    "minimal autocomplete": DropDownAnswer, "columns": ChoicesAnswer, "columns-3": ChoicesAnswer,
    "columns-pack": ChoicesAnswer, "no-buttons": ChoicesAnswer, "columns-2 no-buttons": ChoicesAnswer,
    "image-map": ImageMapAnswer, "horizontal": ChoicesAnswer, "horizontal-compact": ChoicesAnswer,
    "compact": ChoicesAnswer, "compact-2": ChoicesAnswer, "w3": ChoicesAnswer, "randomize": ChoicesAnswer,
}  # fmt: skip
# Type -> appearance -> widget. The appearances are those of the XLSForm reference, of Collect and of Enketo.
KNOWN: dict[str, dict[str, type]] = {
    "text": {
        "": TextAnswer, "multiline": LongTextAnswer, "masked": SecretAnswer, "url": UrlAnswer, "numbers": DigitsAnswer,
        "numbers thousands-sep": DigitsAnswer, "w2": TextAnswer, "ex:org.example.app": TextAnswer,
        "printer:org.example.app": TextAnswer, "my-own": TextAnswer,
    },
    "integer": {"": NumberAnswer, "thousands-sep": NumberAnswer, "counter": CounterAnswer, "numbers": NumberAnswer,
                "ex:org.example.app": NumberAnswer, "w1": NumberAnswer},
    "decimal": {"": DecimalAnswer, "thousands-sep": DecimalAnswer, "bearing": DecimalAnswer},
    "date": {"": DateAnswer, "no-calendar": DateAnswer, "month-year": DateAnswer, "year": DateAnswer,
             **dict.fromkeys(CALENDARS, DateAnswer), "ethiopian month-year": DateAnswer},
    "time": {"": TimeAnswer},
    "dateTime": dict.fromkeys(("", "no-calendar", *CALENDARS), MomentOfDayAnswer),
    "select_one few": {**CHOICES, "quick": ChoicesAnswer, "likert": ScaleAnswer, "list": ScaleAnswer,
                       "list-nolabel": ScaleAnswer, "quick columns-2": ChoicesAnswer, "quickcompact": ChoicesAnswer},
    "select_multiple few": CHOICES,
    "select_one many": {"": FindAnswer, "minimal": DropDownAnswer, "columns-3": ChoicesAnswer},
    "rank few": {"": RankAnswer},
    "range": {"": RangeAnswer, "vertical": RangeAnswer, "no-ticks": RangeAnswer, "vertical no-ticks": RangeAnswer,
              "picker": PickerAnswer, "rating": RatingAnswer, "distress": RangeAnswer},
    "acknowledge": {"": ChoicesAnswer},
    "note": {"": NoteAnswer, "w6": NoteAnswer},
}  # fmt: skip
ALONE = {ScaleAnswer: LinesAnswer, ChoicesAnswer: LinesAnswer}
# Files, places and codes are asked by widgets of another room of the house; what takes no answer has no control.
FILES_AND_PLACES = {"image", "audio", "video", "file", "geopoint", "geotrace", "geoshape", "barcode", "osm"}
ASKED_OF_NOBODY = {"background-audio", "background-geopoint", "start-geopoint"}
SAME = {"string": "text", "int": "integer", "datetime": "dateTime", "date time": "dateTime", "trigger": "acknowledge",
        "gps": "geopoint", "location": "geopoint", "photo": "image", "percentage": "integer",
        "phone number": "text", "rank": "rank few"}  # fmt: skip


def form_of(kind: str, appearance: str) -> bytes:
    """A form with this one question."""
    parameters = "start=1 end=5 step=1" if kind == "range" else ""
    many = "".join(f"| | many | m{n} | Number {n} |\n" for n in range(40))
    return (
        "| survey | | | | | |\n| | type | name | label | appearance | parameters |\n"
        f"| | {kind} | q | Question | {appearance} | {parameters} |\n"
        "| | text | other | Other | | |\n"
        "| choices | | | |\n| | list_name | name | label |\n| | few | ash | Ash |\n| | few | elm | Elm |\n" + many
    ).encode()


CASES = [(kind, appearance) for kind, known in KNOWN.items() for appearance in known]


@pytest.mark.parametrize(("kind", "appearance"), CASES)
def test_each_type_and_appearance_has_its_own_widget(qapp: QApplication, kind: str, appearance: str) -> None:
    node = preview(load_form(form_of(kind, appearance))).session.node("/data/q")
    widget = widget_for(node, Reading())
    assert type(widget) is KNOWN[kind][appearance]
    alone = widget_for(node, Reading(), alone=True)
    assert not isinstance(alone, UnknownAnswer)
    assert alone.height_for(600) >= 0
    for made in (widget, alone):
        made.deleteLater()


def test_no_type_of_xlsform_is_forgotten() -> None:
    asked = {
        SAME.get(name, name)
        for name, built in QUESTION_TYPE_DICT.items()
        if built.get("control") and not name.startswith(("q ", "add ", "number of", "select"))
    }
    tested = {kind.partition(" ")[0] if kind.startswith("select") else kind for kind in KNOWN}
    assert asked - tested - FILES_AND_PLACES - ASKED_OF_NOBODY == set()
