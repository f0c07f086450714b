"""Tab goes through the whole interview in the order of reading; the questions know their own way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QWidget

from cami_survey.ui import theme

if TYPE_CHECKING:
    from cami_survey.ui.interview.column import Column

# What stands within so many px at 100 % of each other's height is in one line.
LINE = 24


def takes_tab(widget: QWidget) -> bool:
    """Whether Tab stops at a widget."""
    takes = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
    return takes and widget.isVisible() and widget.isEnabled() and widget.focusProxy() is None


def stops_of(part: QWidget) -> list[QWidget]:
    """What Tab stops at within a part, from line to line in the direction of reading."""
    rtl = part.layoutDirection() == Qt.LayoutDirection.RightToLeft

    def place(widget: QWidget) -> tuple[int, int]:
        at = widget.mapTo(part, QPoint(widget.width() // 2, widget.height() // 2))
        return at.y() // theme.u(LINE), -at.x() if rtl else at.x()

    return sorted(filter(takes_tab, part.findChildren(QWidget)), key=place)


def around(page: QWidget) -> Iterator[QWidget]:
    """What Tab stops at in the window around a page: bands of the window itself."""
    others = (one for one in page.window().findChildren(QWidget) if one is not page and not page.isAncestorOf(one))
    return filter(takes_tab, others)


def move(parts: Sequence[QWidget], column: Column, *, forwards: bool, beyond: Iterable[QWidget] = ()) -> bool:
    """Move the focus on through `parts`, which follow each other and of which one is the column of the questions.

    Past the last of them it goes to what is `beyond`, which is looked at no earlier, and then to the first one.
    """
    held = QApplication.focusWidget()
    reason = Qt.FocusReason.TabFocusReason if forwards else Qt.FocusReason.BacktabFocusReason
    for widget in _onward([*parts] if forwards else [*parts][::-1], column, held, beyond, forwards=forwards):
        if widget is column:
            if column.enter(backwards=not forwards):
                return True
        else:
            widget.setFocus(reason)
            return True
    return False


def _onward(
    parts: list[QWidget], column: Column, held: QWidget | None, beyond: Iterable[QWidget], *, forwards: bool
) -> Iterator[QWidget]:
    """What comes after `held`, round to where it stands; all of its part where it is no stop itself."""
    at = next((at for at, part in enumerate(parts) if held is not None and part.isAncestorOf(held)), -1)
    own = _inside(parts[at], column, forwards=forwards) if at >= 0 else []
    here = own.index(held) if held in own else len(own) - 1
    yield from own[here + 1 :]
    for part in parts[at + 1 :]:
        yield from _inside(part, column, forwards=forwards)
    yield from beyond
    for part in parts[: max(at, 0)]:
        yield from _inside(part, column, forwards=forwards)
    yield from own[:here] if own != [column] else own


def _inside(part: QWidget, column: Column, *, forwards: bool) -> list[QWidget]:
    if part is column:
        return [part]
    return stops_of(part) if forwards else stops_of(part)[::-1]
