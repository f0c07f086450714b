"""Which part of an answer the choices and the range of its question allow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cami_survey.engine.definitions import SELECTS, Control

if TYPE_CHECKING:
    from cami_survey.engine.instance import Live
    from cami_survey.engine.speaking import Speaker


class Admission:
    """Asks the lists of an interview. What a person chose comes back when its choice does, in the order of a rank."""

    def __init__(self, speaker: Speaker) -> None:
        self._speaker = speaker
        # What a person gave, and what is left of it.
        self._given: dict[Live, tuple[str, str]] = {}

    def given(self, node: Live) -> str:
        """The answer as a person gave it, empty if there is none; as it is, if the form has set it since."""
        given, left = self._given.get(node, ("", ""))
        return given if left == node.kept and given else node.kept

    def admitted(self, node: Live, text: str, *, chosen: bool = True) -> str:
        """The part of an answer that its choices allow: selections in the order of the list, ranks complete.

        `chosen`: a person has given it, to whom it is kept while the list changes.
        """
        control = node.definition.control
        if control is None or control.kind not in SELECTS or (control.itemset is None and not control.items):
            return self._within_range(control, text) if control is not None and control.kind == "range" else text
        given = text if chosen else self.given(node)
        left = self._allowed(control, node, text)
        if control.itemset is not None:
            self._given[node] = given, left
        return left

    def _allowed(self, control: Control, node: Live, text: str) -> str:
        allowed = self._speaker.values(control, node)
        if control.kind == "select":
            selected = set(text.split())
            return " ".join(dict.fromkeys(value for value in allowed if value in selected))
        if control.kind == "rank":
            words = text.split()
            kept = [word for word in words if word in allowed]
            return " ".join(dict.fromkeys([*kept, *allowed])) if words else ""
        return text if text in allowed else ""

    def remember(self, node: Live) -> None:
        """An answer was restored."""
        control = node.definition.control
        if control is not None and control.kind in SELECTS and control.itemset is not None:
            self._given[node] = node.kept, node.kept

    def _within_range(self, control: Control, text: str) -> str:
        try:
            least, most = sorted((float(control.attributes["start"]), float(control.attributes["end"])))
            return text if not text or least <= float(text) <= most else ""
        except (KeyError, ValueError):
            return text
