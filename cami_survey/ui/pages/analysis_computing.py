"""Computes what the analysis page shows, and then what it may show next."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from cami_survey.base import collecting
from cami_survey.base.texts import _
from cami_survey.operations.disclosure import PUBLIC_FIGURES

if TYPE_CHECKING:
    from cami_survey.analysis.results import Analysis
    from cami_survey.operations.analyses import Material, Scope
    from cami_survey.ui.worker import Report, Worker

# After so many seconds what is computed is shown, before the next analysis begins.
SHOWN_AFTER = 0.3
KEY = "analysis-chapter"


class Computing(QObject):
    """`found` carries analyses by their names: for the public all that were asked for, for the team some at a time in
    their order. `stopped` when the person had enough of hiding.

    What is asked for ends what was asked for before.
    """

    found = Signal(object)
    stopped = Signal()

    def __init__(self, worker: Worker, parent: QObject) -> None:
        super().__init__(parent)
        self._worker = worker
        self._asked = object()
        self._hiding: Report | None = None
        self._about: tuple[Material, Scope] | None = None

    def begin(self, material: Material, scope: Scope, names: Sequence[str], *, public: bool) -> None:
        """Compute these analyses of the interviews within `scope`."""
        self.end()
        self._about = material, scope
        if public:
            self._hide(material, scope, names)
        else:
            self._count(material, scope, names, self._asked)

    def end(self) -> None:
        """What was asked for is not wanted any more, and not computed to its end."""
        self._asked = object()
        if self._hiding is not None:
            self._hiding.cancelled = True
            self._hiding = None

    def look_ahead(self) -> None:
        """Compute all chapters and levels of what is shown, until somebody asks the worker for anything."""
        if self._about is None:
            return
        material, scope = self._about

        def work(report: Report) -> None:
            from cami_survey.operations.analyses import for_public

            for_public(material, PUBLIC_FIGURES, scope, progress=report)

        self._worker.run_ahead(work, receiver=self)

    def _count(self, material: Material, scope: Scope, names: Sequence[str], asked: object) -> None:
        def work() -> dict[str, Analysis]:
            from cami_survey.operations.analyses import analyse

            found: dict[str, Analysis] = {}
            began = time.monotonic()
            with collecting.paused():
                for name in names:
                    found[name] = analyse(material, name, scope)
                    if time.monotonic() - began > SHOWN_AFTER:
                        break
            return found

        def show(found: dict[str, Analysis]) -> None:
            if asked is not self._asked:
                return
            self.found.emit(found)
            if len(found) < len(names):
                self._count(material, scope, names[len(found) :], asked)
            else:
                self.look_ahead()

        self._worker.run(work, show, receiver=self, key=KEY, waited=True)

    def _hide(self, material: Material, scope: Scope, names: Sequence[str]) -> None:
        asked = self._asked

        def work(report: Report) -> dict[str, Analysis]:
            from cami_survey.operations.analyses import for_public

            told = for_public(material, PUBLIC_FIGURES, scope, progress=report)
            return {name: told[name] for name in names}

        def show(found: dict[str, Analysis]) -> None:
            if asked is self._asked:
                self._hiding = None
                self.found.emit(found)

        def stop() -> None:
            if asked is self._asked:
                self.stopped.emit()

        what = _("Hiding small figures")
        self._hiding = self._worker.run_long(what, work, show, receiver=self, stopped=stop, key=KEY)
