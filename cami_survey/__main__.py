"""`cami-survey`: commands for scripts, the window for people."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from cami_survey.base.texts import _

KIOSK = "--kiosk"
# What an encrypted survey answers to whoever gives no key.
KEY_NEEDED = "file.key-needed"


def main(arguments: list[str] | None = None) -> int:
    """Do what the command line says, or without a command (or with a survey file alone) open the window.

    `--kiosk FORM_ID FILE` opens it for one form and nothing else. Returns the exit code.
    """
    arguments = sys.argv[1:] if arguments is None else arguments
    if arguments[:1] == [KIOSK]:
        return _open_kiosk(arguments[1:])
    if _wants_window(arguments):
        return _open_window(Path(arguments[0]) if arguments else None)
    from cami_survey.cli.app import main as command_line

    return command_line(arguments, photograph)


def _wants_window(arguments: list[str]) -> bool:
    return not arguments or (len(arguments) == 1 and arguments[0].casefold().endswith(".cami"))


def _open_kiosk(arguments: list[str]) -> int:
    if len(arguments) != 2:
        return _refuse(_("A kiosk needs a form and a survey file."), f"cami-survey {KIOSK} FORM_ID FILE.cami")
    form_id, path = arguments[0], Path(arguments[1])
    if not path.is_file():
        return _refuse(_("There is no survey file {name}.").format(name=path), "")
    return _cannot_ask(form_id, path) or _open_window(path, kiosk=form_id)


def _cannot_ask(form_id: str, path: Path) -> int:
    """Say why a survey cannot be asked with that form; 0 if nothing stands against it. The window asks for a key."""
    from cami_survey.base.errors import UserError
    from cami_survey.cli.reply import REFUSED, print_refusal
    from cami_survey.operations import surveys

    try:
        with surveys.open_survey(path).value as survey:
            survey.form(form_id)
    except UserError as error:
        if error.code != KEY_NEEDED:
            print_refusal(error)
            return REFUSED
    return 0


def _open_window(path: Path | None, *, kiosk: str = "") -> int:
    if not _can_show():
        return _refuse(
            _("There is no display to open a window on."), _("Commands work without one: cami-survey --help")
        )
    try:
        from cami_survey.ui.app import main as window
    except ImportError as error:
        return _refuse(_("The window cannot be opened: Qt cannot be loaded."), _what_qt_lacks(error))
    return window(path, kiosk=kiosk) if kiosk else window(path)


def _what_qt_lacks(error: ImportError) -> str:
    return _("Install what is missing. The system says “{words}”.").format(words=error)


def _refuse(sentence: str, advice: str) -> int:
    from cami_survey.base.errors import UserError
    from cami_survey.cli.reply import REFUSED, print_refusal

    print_refusal(UserError("no-display", sentence, advice=advice))
    return REFUSED


def _can_show() -> bool:
    """Whether there is a screen, or Qt was told to do without."""
    if not sys.platform.startswith("linux"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


def photograph(survey: Path, folder: Path) -> list[Path]:
    """Save a picture of each page with that survey; no pictures where Qt cannot be loaded."""
    # The platform without a display complains of what it cannot do once for each window.
    os.environ.setdefault("QT_LOGGING_RULES", "default.warning=false")
    try:
        from cami_survey.ui.screenshots import save_screenshots

        return save_screenshots(survey, folder)
    except ImportError as error:
        _refuse(_("There are no pictures of the pages: Qt cannot be loaded."), _what_qt_lacks(error))
        return []


if __name__ == "__main__":
    if getattr(sys, "frozen", False):
        # A program in one file is its own Python: processes beside it begin here.
        from multiprocessing import freeze_support

        freeze_support()
    sys.exit(main())
