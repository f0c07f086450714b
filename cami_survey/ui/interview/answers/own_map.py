"""The buttons below a map of a question: show a map of tiles that lies on this laptop, or show it no longer."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget

from cami_survey.base.errors import UserError
from cami_survey.base.texts import _
from cami_survey.reference.coordinates import Place
from cami_survey.ui import feedback
from cami_survey.ui.interview.answers.parts import AnswerButton
from cami_survey.ui.map import tiles

if TYPE_CHECKING:
    from cami_survey.ui.interview.answers.parts import ManyStops
    from cami_survey.ui.map.view import MapView


class OwnMap(QObject):
    """`add` and `forget` below the map that `shown` gives, if there is one now; all maps follow.

    `changed` is called when other buttons are needed.
    """

    def __init__(self, owner: ManyStops, shown: Callable[[], MapView | None], changed: Callable[[], object]) -> None:
        super().__init__(owner)
        self._owner, self._shown, self._changed = owner, shown, changed
        self.add = AnswerButton(_("Add a map…"), "quiet", "stack")
        self.add.setToolTip(_("Show a map of tiles (MBTiles) that lies on this laptop"))
        self.forget = AnswerButton(_("Remove this map"), "quiet", "x")
        self.forget.setToolTip(_("Show it no longer; its file stays where it is"))
        for button, act in ((self.add, self._ask), (self.forget, self._forget)):
            button.setParent(owner)
            button.clicked.connect(act)
        tiles.news.changed.connect(self._follow)

    def parts(self) -> dict[QWidget, bool]:
        """The buttons, and whether they are shown now."""
        view = self._shown()
        return {self.add: view is not None, self.forget: view is not None and view.tiles is not None}

    def buttons(self) -> list[AnswerButton]:
        """Those that are shown."""
        return [button for button in (self.add, self.forget) if not button.isHidden()]

    def _follow(self) -> None:
        view = self._shown()
        if view is not None:
            view.use_tiles(tiles.added())
            self._changed()

    def _ask(self) -> None:
        """Let the person add a map; it is shown wherever there is a map from now on."""
        path = feedback.open_file(self._owner, _("Add a map"), _("Map tiles") + " (*.mbtiles)")
        view = self._shown()
        if path is None or view is None:
            return
        try:
            added = tiles.add(path)
        except UserError as error:
            self._owner.refused.emit(" ".join(part for part in (error.sentence, error.advice) if part))
            return
        west, south, east, north = added.bounds
        if not view.has_places():
            view.fit([Place(south, west), Place(north, east)], nearest=added.zooms[1])

    def _forget(self) -> None:
        view = self._shown()
        if view is not None and view.tiles is not None:
            self.add.setFocus(Qt.FocusReason.OtherFocusReason)
            tiles.forget(view.tiles)
