"""A ground that hands the keys it is given to one of its widgets."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget


class HandsKeys:
    """For widgets: whoever gives the keys to this ground gives them to what was named by `hand_keys`.

    A focus proxy does that too, but Tab goes to a proxy as if it were the ground: what lies before it is passed over,
    and a ground that comes after its own widgets in the order of Tab leads back to it for ever.
    """

    _keys: QWidget | None = None

    def hand_keys(self, to: QWidget) -> None:
        """Name the widget that gets the keys."""
        self._keys = to

    def setFocus(self, reason: Qt.FocusReason = Qt.FocusReason.OtherFocusReason) -> None:
        """Give the keys to the widget that was named."""
        if self._keys is not None:
            self._keys.setFocus(reason)
        elif isinstance(self, QWidget):
            QWidget.setFocus(self, reason)


class Ground(HandsKeys, QWidget):
    """A ground that is nothing else."""
