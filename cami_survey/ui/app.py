"""The program with its window: paint an empty frame first, then fetch everything that is heavy."""

from __future__ import annotations

import gc
import sys
import traceback
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QLocale, QTimer
from PySide6.QtWidgets import QApplication

from cami_survey import __version__
from cami_survey.base import settings as settings_file
from cami_survey.ui.shell import Shell, apply_look, show_later

if TYPE_CHECKING:
    from cami_survey.base.settings import Settings
    from cami_survey.ui.kiosk import Kiosk

SETTLED_MS = 3000


def application() -> QApplication:
    """The one QApplication, made if there is none yet."""
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    app = QApplication(sys.argv[:1])
    QCoreApplication.setApplicationName("CAMI Survey")
    QCoreApplication.setApplicationVersion(__version__)
    app.setStyle("Fusion")
    # Qt's own number parsing must not depend on the system.
    QLocale.setDefault(QLocale.c())
    return app


def main(path: Path | None = None, *, kiosk: str = "") -> int:
    """Open the window on a survey (or the one of last time) and run until it is closed; returns the exit code.

    `kiosk` is the id of the one form that can be filled then, and nothing else is there.
    """
    app = application()
    _settle_later(app)
    settings = settings_file.load(QLocale.system().uiLanguages())
    apply_look(settings)
    if kiosk and path is not None:
        return _run_kiosk(app, settings, kiosk, path)
    shell = Shell(settings)
    _report_crashes(shell)
    shell.show()
    app.processEvents()
    show_later(shell, path)
    return app.exec()


def _settle_later(app: QApplication) -> None:
    """Leave the collector off while hundreds of modules are loaded, and out of what they made for as long as it runs.

    What is imported stays until the end; looking through it is a tenth of the start and stops a hand that types.
    """
    gc.disable()

    def settle() -> None:
        gc.freeze()
        gc.enable()

    QTimer.singleShot(SETTLED_MS, app, settle)


def _run_kiosk(app: QApplication, settings: Settings, form_id: str, path: Path) -> int:
    from cami_survey.ui.kiosk import Kiosk

    window = Kiosk(settings, form_id)
    _report_crashes(window)
    window.showFullScreen()
    app.processEvents()
    QTimer.singleShot(0, window, lambda: window.start(path))
    return app.exec()


def _report_crashes(shell: Shell | Kiosk) -> None:
    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        sys.__excepthook__(kind, error, trace)
        if not issubclass(kind, KeyboardInterrupt):
            shell.feedback.crash("".join(traceback.format_exception(kind, error, trace)))

    sys.excepthook = hook
