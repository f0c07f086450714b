"""The program with its window: paint an empty frame first, then fetch everything that is heavy."""

from __future__ import annotations

import sys
import traceback
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QCoreApplication, QLocale
from PySide6.QtWidgets import QApplication

from cami_survey import __version__
from cami_survey.base import settings as settings_file
from cami_survey.ui.shell import Shell, apply_look, show_later


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


def main(path: Path | None = None) -> int:
    """Open the window on a survey (or the one of last time) and run until it is closed; returns the exit code."""
    app = application()
    settings = settings_file.load()
    apply_look(settings)
    shell = Shell(settings)
    _report_crashes(shell)
    shell.show()
    app.processEvents()
    show_later(shell, path)
    return app.exec()


def _report_crashes(shell: Shell) -> None:
    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        sys.__excepthook__(kind, error, trace)
        if not issubclass(kind, KeyboardInterrupt):
            shell.feedback.crash("".join(traceback.format_exception(kind, error, trace)))

    sys.excepthook = hook
