"""Which question gets which widget: one table, read from the top; the first row that fits wins.

A new kind of answer is a module in `answers/` and a row here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cami_survey.operations.chapters import is_note, words
from cami_survey.ui.interview.answers.barcode import BarcodeAnswer
from cami_survey.ui.interview.answers.base import Answer
from cami_survey.ui.interview.answers.choices import ChoicesAnswer, LinesAnswer, ScaleAnswer
from cami_survey.ui.interview.answers.finding import DropDownAnswer, FindAnswer
from cami_survey.ui.interview.answers.map_choice import MapChoiceAnswer, has_places
from cami_survey.ui.interview.answers.moment import DateAnswer, MomentOfDayAnswer, TimeAnswer
from cami_survey.ui.interview.answers.note import NoteAnswer
from cami_survey.ui.interview.answers.number import CounterAnswer, DecimalAnswer, DigitsAnswer, NumberAnswer
from cami_survey.ui.interview.answers.picker import PickerAnswer
from cami_survey.ui.interview.answers.places import PlacesAnswer
from cami_survey.ui.interview.answers.rank import RankAnswer
from cami_survey.ui.interview.answers.rating import RatingAnswer
from cami_survey.ui.interview.answers.scale import RangeAnswer
from cami_survey.ui.interview.answers.sketch import SketchAnswer
from cami_survey.ui.interview.answers.text import LongTextAnswer, SecretAnswer, TextAnswer, UnknownAnswer, UrlAnswer
from cami_survey.ui.interview.answers.upload import FileAnswer

if TYPE_CHECKING:
    from cami_survey.engine.api import Node
    from cami_survey.ui.interview.reading import Reading

Make = Callable[["Node", "Reading"], Answer]
When = Callable[["Node"], bool]

MANY, MANY_TO_TICK, SCALE = 15, 24, 7
# Columns hold more, but not a list that has to be searched.
MOST_SHOWN = 60


def _always(_node: Node) -> bool:
    return True


def _long(node: Node) -> bool:
    return len(node.choices) > (MANY_TO_TICK if node.control == "select" else MANY)


def _scale(node: Node) -> bool:
    """Whether the choices are numbers in a row, as those of an agreement or a rating."""
    values = [choice.value for choice in node.choices]
    numbers = [value for value in values if value.isdecimal() and len(value) == 1]
    return 3 <= len(numbers) <= SCALE and len(values) - len(numbers) <= 2


def _columned(node: Node) -> bool:
    """Whether the form says in how many columns the choices stand."""
    return any(word.startswith("columns") for word in words(node))


@dataclass(frozen=True, slots=True)
class Row:
    """`controls`, `types`, `appearances`: one of each has to fit, none given fits all. `when` asks the node itself."""

    make: Make
    controls: frozenset[str] = frozenset()
    types: frozenset[str] = frozenset()
    appearances: frozenset[str] = frozenset()
    when: When = _always

    def fits(self, node: Node) -> bool:
        """Whether the row is meant for `node`."""
        return (
            (not self.controls or node.control in self.controls)
            and (not self.types or node.type in self.types)
            and (not self.appearances or bool(self.appearances & words(node)))
            and self.when(node)
        )


def _any(*names: str) -> frozenset[str]:
    return frozenset(names)


def _image_map(node: Node, reading: Reading) -> Answer:
    # QtSvg is read only where a form has such a picture.
    from cami_survey.ui.interview.answers.image_map import ImageMapAnswer

    return ImageMapAnswer(node, reading)


ONE, CHOICE, INPUT = _any("select1"), _any("select1", "select"), _any("input")

WORDS, WHOLE = _any("string", "text", ""), _any("int", "integer", "long")
# What takes a line of several short words rather than one list below the other.
SHAPED = _any("no-buttons", "columns-pack", "compact", "quickcompact")

TABLE: tuple[Row, ...] = (
    Row(UrlAnswer, INPUT, WORDS, _any("url")),
    Row(NoteAnswer, INPUT, when=is_note),
    Row(RankAnswer, _any("rank")),
    Row(PickerAnswer, _any("range"), appearances=_any("picker")),
    Row(RatingAnswer, _any("range"), appearances=_any("rating")),
    Row(RangeAnswer, _any("range")),
    Row(MapChoiceAnswer, CHOICE, appearances=_any("map"), when=has_places),
    Row(_image_map, CHOICE, appearances=_any("image-map")),
    Row(DropDownAnswer, CHOICE, appearances=_any("minimal")),
    Row(FindAnswer, CHOICE, appearances=_any("autocomplete", "search")),
    Row(ScaleAnswer, ONE, appearances=_any("likert", "list", "list-nolabel", "label")),
    Row(ChoicesAnswer, CHOICE, appearances=SHAPED),
    Row(ChoicesAnswer, CHOICE, when=lambda node: _columned(node) and len(node.choices) <= MOST_SHOWN),
    Row(FindAnswer, CHOICE, when=_long),
    Row(ScaleAnswer, ONE, when=_scale),
    Row(ChoicesAnswer, CHOICE),
    Row(ChoicesAnswer, _any("trigger")),
    Row(SketchAnswer, _any("upload"), appearances=_any("draw", "annotate", "signature")),
    Row(FileAnswer, _any("upload")),
    Row(BarcodeAnswer, INPUT, _any("barcode")),
    Row(PlacesAnswer, INPUT, _any("geopoint", "geotrace", "geoshape")),
    Row(LongTextAnswer, INPUT, WORDS, _any("multiline")),
    Row(LongTextAnswer, _any("textarea")),
    Row(SecretAnswer, INPUT, WORDS, _any("masked")),
    Row(SecretAnswer, _any("secret")),
    Row(DigitsAnswer, INPUT, WORDS, _any("numbers")),
    Row(CounterAnswer, INPUT, WHOLE, _any("counter")),
    Row(NumberAnswer, INPUT, WHOLE),
    Row(DecimalAnswer, INPUT, _any("decimal", "float", "double")),
    Row(DateAnswer, INPUT, _any("date")),
    Row(TimeAnswer, INPUT, _any("time")),
    Row(MomentOfDayAnswer, INPUT, _any("dateTime", "datetime")),
    Row(TextAnswer, INPUT, WORDS),
)

APART = _any("map", "minimal", "autocomplete", "search", "image-map")
# Alone on the screen there is room for lines that a thumb can hit.
ONE_BY_ONE: tuple[Row, ...] = (
    Row(
        LinesAnswer,
        ONE,
        when=lambda node: not _long(node) and not _columned(node) and not words(node) & (SHAPED | APART),
    ),
)


def widget_for(node: Node, reading: Reading, *, alone: bool = False) -> Answer:
    """The widget that answers `node`; one for plain text that says so where the table has none."""
    for row in (*ONE_BY_ONE, *TABLE) if alone else TABLE:
        if row.fits(node):
            return row.make(node, reading)
    return UnknownAnswer(node, reading)
