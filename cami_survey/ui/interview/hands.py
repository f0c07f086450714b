"""The keys of the running interview: which key does what."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from cami_survey.ui.interview.topline import ONE_BY_ONE, PAGE

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

    from cami_survey.ui.interview.page import InterviewPage

ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
Act = Callable[[], object]


def act_of(page: InterviewPage, event: QKeyEvent) -> Act | None:
    """What a key does that no answer has taken; None for one without a meaning here."""
    control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
    shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
    return _acts(page, shift).get((Qt.Key(event.key()), control))


def _acts(page: InterviewPage, shift: bool) -> dict[tuple[Qt.Key, bool], Act]:
    """(key, with Ctrl) -> act."""
    walk, asides, key = page.walk, page.asides, Qt.Key
    acts: dict[tuple[Qt.Key, bool], Act] = {
        (key.Key_PageDown, False): lambda: walk.turn(backwards=False),
        (key.Key_PageUp, False): lambda: walk.turn(backwards=True),
        (key.Key_J, True): page.jump,
        (key.Key_L, True): page.turn_language,
        (key.Key_D, True): asides.mark,
        (key.Key_G, True): page.show_given,
        (key.Key_Z, True): page.bring_back,
        (key.Key_F2, False): page.show_notes,
        (key.Key_F3, False): page.frame.show_outline,
        (key.Key_F5, False): asides.give_reason,
        (key.Key_F6, False): asides.show_history,
        (key.Key_F7, False): lambda: page.walk_by(PAGE if page.questions.single else ONE_BY_ONE),
        (key.Key_F8, False): page.show_missing,
        (key.Key_F9, False): lambda: asides.give_none("refused" if shift else "unknown"),
        (key.Key_Escape, False): page.escape,
    }
    if shift:
        acts[key.Key_J, True] = page.go_to_open
    if shift and page.watch is not None:
        acts[key.Key_O, True] = page.watch.open_other
    for enter in ENTER:
        acts[enter, False] = lambda: walk.go(backwards=shift)
        acts[enter, True] = page.questions.repeats.add_here
    return acts
