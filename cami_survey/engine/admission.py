"""Which part of an answer the choices and the range of its question allow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cami_survey.engine.definitions import SELECTS, Control

if TYPE_CHECKING:
    from cami_survey.engine.instance import Live
    from cami_survey.engine.speaking import Speaker


class Admission:
    """Asks the lists of an interview; of a rank it keeps the order in which a person put it when the list changes."""

    def __init__(self, speaker: Speaker) -> None:
        self._speaker = speaker
        self._ranked: dict[Live, str] = {}

    def given(self, node: Live) -> str:
        """The answer as a person gave it, empty if there is none."""
        return self._ranked.get(node, node.kept)

    def admitted(self, node: Live, text: str, *, chosen: bool = True) -> str:
        """The part of an answer that its choices allow: selections in the order of the list, ranks complete.

        `chosen`: a person has given it, so that a rank keeps this order when its list changes.
        """
        control = node.definition.control
        if control is None or control.kind not in SELECTS or (control.itemset is None and not control.items):
            return self._within_range(control, text) if control is not None and control.kind == "range" else text
        allowed = self._speaker.values(control, node)
        if control.kind == "select":
            selected = set(text.split())
            return " ".join(dict.fromkeys(value for value in allowed if value in selected))
        if control.kind == "rank":
            if chosen:
                self._ranked[node] = text
            words = text.split()
            kept = [word for word in words if word in allowed]
            return " ".join(dict.fromkeys([*kept, *allowed])) if words else ""
        return text if text in allowed else ""

    def remember(self, node: Live) -> None:
        """An answer was restored."""
        if node.definition.control is not None and node.definition.control.kind == "rank":
            self._ranked[node] = node.kept

    def _within_range(self, control: Control, text: str) -> str:
        try:
            least, most = sorted((float(control.attributes["start"]), float(control.attributes["end"])))
            return text if not text or least <= float(text) <= most else ""
        except (KeyError, ValueError):
            return text
