"""The words of a question: the respondent's, the hint, and one line for the facilitator."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from cami_survey.base.texts import _
from cami_survey.ui.interview.markup import Run, marked, unmarked
from cami_survey.ui.interview.reading import code_of, name_of
from cami_survey.ui.interview.words import Words

if TYPE_CHECKING:
    from cami_survey.engine.api import Node
    from cami_survey.ui.interview.reading import Reading


@dataclass(frozen=True, slots=True)
class Spoken:
    """What is said of a node in the languages shown. `small` holds label and hint of the second language.

    `looks` and `hint_looks` are the letters of label and hint that the form wants to look different.
    """

    label: str
    hint: str = ""
    small: str = ""
    required: bool = False
    language: str = ""
    small_language: str = ""
    looks: tuple[Run, ...] = ()
    hint_looks: tuple[Run, ...] = ()

    @property
    def whole(self) -> str:
        """Everything, for screen readers and tool tips."""
        return " ".join(part for part in (self.label, self.hint, self.small) if part)


def spoken(node: Node, reading: Reading) -> Spoken:
    """The words of `node`; from another language, which is named, where the one asked for has none."""
    label, language = said(node, reading)
    hint = plain(node.hint)
    small = ""
    if reading.small:
        other, beside = plain(node.label_in(reading.small)), plain(node.hint_in(reading.small))
        if language == reading.small:
            other = ""
        parts = [part for part, same in ((other, label), (beside, hint)) if part and part != same]
        small = " ".join(parts)
    borrowed = language != reading.large
    looks = () if borrowed or label == node.name else marked(node.label or "").runs
    return Spoken(
        named_in(label, language, reading),
        hint,
        small,
        node.required,
        code_of(language),
        code_of(reading.small),
        looks,
        marked(node.hint or "").runs,
    )


def named_in(words: str, language: str, reading: Reading) -> str:
    """Words with the name of their language behind them where it is not the one that leads."""
    return words if language == reading.large else f"{words} [{name_of(language)}]"


def said(node: Node, reading: Reading) -> tuple[str, str]:
    """The label of a node and the language it is in; the node's name where the form has no label at all."""
    words, language = label_of(node, reading)
    return words or node.name, language


def label_of(node: Node, reading: Reading) -> tuple[str, str]:
    """The label of a node and the language it is in; empty where the form has none in any language."""
    for language in dict.fromkeys((reading.large, reading.second, reading.first, *reading.languages)):
        words = plain(node.label_in(language)) if node.speaks(language) else ""
        if words:
            return words, language
    return plain(node.label), reading.large


def guidance(node: Node, reading: Reading) -> str:
    """What the form tells the facilitator of a question, and of the notes read aloud just before it.

    It is in the facilitator's language where the form has a second one.
    """
    told = [node]
    siblings = node.parent.children if node.parent is not None else []
    here = next((place for place, sibling in enumerate(siblings) if sibling.ref == node.ref), 0)
    for before in reversed(siblings[:here]):
        if before.kind != "question" or not _is_read_aloud(before):
            break
        told.insert(0, before)
    words = (plain(one.guidance_in(reading.second or reading.first)) for one in told if one.relevant)
    return "\n\n".join(text for text in words if text)


def _is_read_aloud(node: Node) -> bool:
    return bool(node.control) and node.readonly


def plain(words: str | None) -> str:
    """A label without its markup and the blanks at its ends.

    A lone hyphen is what form converters write for a missing translation.
    """
    words = unmarked(words or "").strip()
    return "" if words == "-" else words


class Head(QWidget):
    """Paints the words of a node. `role` is that of the label: "question", "note", or "h2" for a group."""

    def __init__(self, words: Spoken, role: str = "question", number: str = "") -> None:
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._role = role
        self.words = Spoken("")
        self._parts: list[Words] = []
        self.say(words)

    def say(self, words: Spoken) -> bool:
        """Show other words; whether they differ."""
        if words == self.words:
            return False
        self.words = words
        star = words.required
        self._parts = [
            Words(words.label, self._role, language=words.language, star=star, runs=words.looks),
            Words(words.hint, "body", language=words.language, runs=words.hint_looks),
            Words(words.small, "small", "muted", language=words.small_language),
        ]
        required = _("has to be answered")
        self.setAccessibleName(f"{words.whole}, {required}" if star else words.whole)
        self.update()
        return True

    def height_for(self, width: int) -> int:
        """The height in px of all lines at `width` px."""
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        gaps = 2 * sum(1 for part in self._parts[1:] if part.text)
        return sum(part.lay(width, rtl) for part in self._parts) + gaps

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self.height_for(self.width())
        y = 0
        for part in self._parts:
            if part.text:
                y += part.draw(painter, 0, y) + 2
