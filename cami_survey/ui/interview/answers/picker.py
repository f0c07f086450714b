"""A number of a range from a list that drops down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cami_survey.ui.interview import digits
from cami_survey.ui.interview.answers.choice_list import Option
from cami_survey.ui.interview.answers.finding import DropDownAnswer
from cami_survey.ui.interview.answers.steps import Steps, lexical

if TYPE_CHECKING:
    from cami_survey.engine.api import Node
    from cami_survey.ui.interview.reading import Reading


class PickerAnswer(DropDownAnswer):
    """The steps of a range as choices: typing digits finds one, Up and Down lead."""

    WIDTH = 232

    def offered(self, node: Node, reading: Reading) -> list[Option]:
        steps = Steps.of(node.attributes)
        values = [lexical(steps.value(place)) for place in range(steps.count + 1)]
        return [
            Option(value, digits.shown(value, reading.locale, local_digits=reading.local_digits), number=place)
            for place, value in enumerate(values)
        ]

    def stored(self, node: Node) -> tuple[str, ...]:
        steps = Steps.of(node.attributes)
        place = steps.place_of(node.text_value)
        return () if place is None else (lexical(steps.value(place)),)
