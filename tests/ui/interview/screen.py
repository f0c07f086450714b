"""What the screen says a person answered, read from each widget; a kind of answer without an entry is an error."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, cast

from PySide6.QtWidgets import QLineEdit, QPlainTextEdit

from cami_survey.engine.api import Node
from cami_survey.reference import coordinates
from cami_survey.ui.interview.answers import choices, finding, image_map, map_choice, note, number, picker
from cami_survey.ui.interview.answers.barcode import BarcodeAnswer
from cami_survey.ui.interview.answers.base import Answer
from cami_survey.ui.interview.answers.moment import DateAnswer, MomentAnswer, MomentOfDayAnswer, TimeAnswer
from cami_survey.ui.interview.answers.places import PlacesAnswer
from cami_survey.ui.interview.answers.rank import RankAnswer
from cami_survey.ui.interview.answers.rating import RatingAnswer
from cami_survey.ui.interview.answers.scale import RangeAnswer
from cami_survey.ui.interview.answers.sketch import SketchAnswer
from cami_survey.ui.interview.answers.steps import lexical
from cami_survey.ui.interview.answers.text import LongTextAnswer, SecretAnswer, TextAnswer, UnknownAnswer, UrlAnswer
from cami_survey.ui.interview.answers.upload import FileAnswer
from cami_survey.ui.interview.block import Block, QuestionBlock
from cami_survey.ui.interview.grid import words_of
from cami_survey.ui.interview.matrix import MatrixBlock
from cami_survey.ui.interview.table import TableBlock

Said = str | tuple[str, ...]
Look = tuple[str, Said, Said]
"""A field, what the screen says, and what the interview holds, in the same words."""


def _line(answer: Answer, node: Node) -> tuple[Said, Said]:
    """A line of text; what cannot be read yet is judged when it is left."""
    line = cast(TextAnswer, answer)
    if _computed_anew(line.edit, node):
        return "", ""
    if line.inside(line.edit.text()) is None:
        return "", ""
    return line.edit.text(), line.outside(node.text_value)


def _number(answer: Answer, node: Node) -> tuple[Said, Said]:
    line = cast(number.NumberAnswer, answer)
    if _computed_anew(line.edit, node):
        return "", ""
    written = line.inside(line.edit.text())
    if written is None:
        return "", ""
    same = [text.rstrip("0").rstrip(".") if "." in text else text for text in (written, node.text_value)]
    return same[0], same[1]


def _moment(answer: Answer, node: Node) -> tuple[Said, Said]:
    """While it is written it may stand there in another way of writing."""
    line = cast(MomentAnswer, answer)
    if _computed_anew(line.edit, node):
        return "", ""
    written = line.inside(line.edit.text())
    if written is None:
        return "", ""
    return line.outside(written), line.outside(node.text_value)


def _cells(answer: Answer, node: Node) -> tuple[Said, Said]:
    board = cast(choices.ChoicesAnswer, answer)
    checked = {cell.option.value for cell in board._cells if cell.isChecked()}
    offered = {cell.option.value for cell in board._cells}
    held = node.text_value.split() if node.control == "select" else [node.text_value]
    return tuple(sorted(checked)), tuple(sorted(set(held) & offered))


def _listed(answer: Answer, node: Node) -> tuple[Said, Said]:
    return tuple(sorted(cast(finding.FindAnswer, answer).finder.model.chosen)), tuple(sorted(_values(answer, node)))


def _dropped(answer: Answer, node: Node) -> tuple[Said, Said]:
    dropped = cast(finding.DropDownAnswer, answer)
    known = {option.value: option.label for option in dropped.options}
    labels = [known.get(value, value) for value in dropped.stored(node)]
    return dropped.field.label, _joined(dropped, labels)


def _joined(dropped: finding.DropDownAnswer, labels: list[str]) -> str:
    parts = [option.label for option in dropped.chosen_options()]
    return dropped.field.label if sorted(parts) == sorted(labels) else f"{labels}"


def _values(answer: Answer, node: Node) -> list[str]:
    held = node.text_value
    return held.split() if cast(finding.FindAnswer, answer).many else [held] if held else []


def _ranked(answer: Answer, node: Node) -> tuple[Said, Said]:
    ranked = cast(RankAnswer, answer)
    return (" ".join(ranked.order()) if ranked.keep.isHidden() and node.text_value else ""), node.text_value


def _ranged(answer: Answer, node: Node) -> tuple[Said, Said]:
    ranged = cast(RangeAnswer, answer)
    place = ranged.steps.place_of(node.text_value)
    return ("" if ranged.place is None else lexical(ranged.steps.value(ranged.place))), (
        "" if place is None else lexical(ranged.steps.value(place))
    )


def _stars(answer: Answer, node: Node) -> tuple[Said, Said]:
    return str(cast(RatingAnswer, answer).line.value()), str(int(float(node.text_value or "0")))


def _placed(answer: Answer, node: Node) -> tuple[Said, Said]:
    placed = cast(PlacesAnswer, answer)
    if placed.edit.hasFocus():
        return "", ""
    held = placed._opened(coordinates.stored(node.text_value))
    return placed.edit.text(), "; ".join(map(placed._written, held))


def _map(answer: Answer, node: Node) -> tuple[Said, Said]:
    chosen = cast(map_choice.MapChoiceAnswer, answer)
    held = node.text_value.split() if node.control == "select" else [node.text_value]
    known = {option.value: option.words for option in chosen.options}
    if chosen.map.hasFocus():
        return chosen.map.chosen, tuple(value for value in held if value)
    words = " · ".join(known.get(value, value) for value in held if value)
    return (chosen.words() if chosen.chosen else ""), words


def _attribute(name: str) -> Callable[[Answer, Node], tuple[Said, Said]]:
    return lambda answer, node: (str(getattr(answer, name)), node.text_value)


def _text(answer: Answer, node: Node) -> tuple[Said, Said]:
    edit = cast(LongTextAnswer, answer).edit
    return ("", "") if _computed_anew(edit, node) else (edit.toPlainText(), node.text_value)


def _computed_anew(edit: QLineEdit | QPlainTextEdit, node: Node) -> bool:
    """Whether an answer that the form computes was emptied under the cursor: what it is now is shown when that goes."""
    words = edit.text() if isinstance(edit, QLineEdit) else edit.toPlainText()
    return edit.hasFocus() and not words.strip() and node.computed


def _code(answer: Answer, node: Node) -> tuple[Said, Said]:
    return cast(BarcodeAnswer, answer).edit.text(), node.text_value


LOOKS: dict[type[Answer], Callable[[Answer, Node], tuple[Said, Said]]] = {
    TextAnswer: _line, SecretAnswer: _line, UrlAnswer: _line, UnknownAnswer: _line, LongTextAnswer: _text,
    number.NumberAnswer: _number, number.DecimalAnswer: _number, number.CounterAnswer: _number,
    number.DigitsAnswer: _number, DateAnswer: _moment, TimeAnswer: _moment, MomentOfDayAnswer: _moment,
    BarcodeAnswer: _code, choices.ChoicesAnswer: _cells, choices.ScaleAnswer: _cells, choices.LinesAnswer: _cells,
    image_map.ImageMapAnswer: _cells, finding.FindAnswer: _listed, finding.DropDownAnswer: _dropped,
    picker.PickerAnswer: _dropped, map_choice.MapChoiceAnswer: _map, RankAnswer: _ranked, RangeAnswer: _ranged,
    RatingAnswer: _stars, PlacesAnswer: _placed, FileAnswer: _attribute("value"),
    SketchAnswer: _attribute("value"), note.NoteAnswer: _attribute("words"),
}  # fmt: skip


def looks(block: Block, node_of: Callable[[str], Node | None]) -> Iterator[Look]:
    """Every answer that a block shows beside what the interview holds."""
    if isinstance(block, QuestionBlock):
        node = node_of(block.stop.field)
        if node is not None:
            yield node.field, *LOOKS[type(block.answer)](block.answer, node)
    elif isinstance(block, MatrixBlock):
        for line in block.model.lines:
            node = node_of(line.field)
            yield line.field, " ".join(sorted(line.chosen)), " ".join(sorted(_held(node).split()))
    elif isinstance(block, TableBlock):
        yield from _table(block)


def _held(node: Node | None) -> str:
    return node.text_value if node is not None else ""


def _table(block: TableBlock) -> Iterator[Look]:
    model, hand = block.model, block.view.currentIndex()
    for row in range(len(model.rows)):
        for column in range(len(model.heads)):
            node = model.node(row, column)
            edited = block.view.editor is not None and (hand.row(), hand.column()) == (row, column)
            if node is None or not node.relevant or edited:
                continue
            yield node.field, model.cell(row, column).words, words_of(node, cast(Any, model.reading))
