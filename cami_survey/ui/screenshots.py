"""Pictures of every page in every look, made without a display, to be looked at before saying done."""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from cami_survey.base.settings import Settings

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from cami_survey.store.api import SurveyFile
    from cami_survey.ui.shell import Shell

SCREEN = (1600, 1000)
PACKAGES = "packages"
# The detail of an interview reads its outline after so many milliseconds, and a little.
OUTLINE = 200
# A page is settled when the worker had nothing to say for so many turns.
TURNS = 3


@dataclass(frozen=True, slots=True)
class Look:
    """One way to look at the pages."""

    name: str
    settings: Settings
    size: tuple[int, int] = (1440, 900)


LOOKS = (
    Look("light", Settings()),
    Look("dark", Settings(theme="dark")),
    Look("sunlight", Settings(theme="sunlight")),
    Look("rtl", Settings(language="fa", question_language="fa", second_language="en")),
    Look("large", Settings(text_size=200)),
    Look("narrow", Settings(), (760, 900)),
)
REASON = ("Why is this answer kept?", "How many sheep?\nMore than 500 is rare in this district.", "Keep the answer")
KEY = "0f" * 32
# The public half of a code that nobody has.
RECOVERY = "age1lggyhqrw2nlhcxprm67z43rta597azn8gknawjehu9d9dl0jq3yqqvfafg"
PLACES = ("interviews", "exchange", "analysis", "meeting", "map", "forms", "help")


def save_screenshots(survey: Path, folder: Path, forms: Sequence[Path] = ()) -> list[Path]:
    """Pictures of the pages on a copy of `survey` and of every page of `forms`, in `folder`; returns the files.

    The survey is not touched.
    """
    _without_display()
    from cami_survey.ui.app import application

    application()
    folder.mkdir(parents=True, exist_ok=True)
    saved: list[Path] = []
    with tempfile.TemporaryDirectory(prefix="cami-screenshots-") as place:
        copy = Path(place) / survey.name
        shutil.copyfile(survey, copy)
        for look in LOOKS:
            saved += _one_look(look, copy, Path(place), folder, _beside(survey))
            for form in forms:
                saved += _form(look, form, folder)
    return saved


def _form(look: Look, form: Path, folder: Path) -> list[Path]:
    from cami_survey.ui.form_screenshots import save_form
    from cami_survey.ui.shell import apply_look

    saved: list[Path] = []

    def save(name: str, widget: QWidget) -> None:
        saved.append(folder / f"{name}_{look.name}.png")
        widget.grab().save(str(saved[-1]))

    apply_look(look.settings)
    save_form(form, look.settings, look.size, save)
    return saved


def _beside(survey: Path) -> list[Path]:
    """What lies beside the survey and can be merged: packages and the files of other laptops."""
    packages = survey.parent / PACKAGES
    others = [path for path in sorted(survey.parent.glob(f"*{survey.suffix}")) if path != survey]
    return [*others, *([packages] if packages.is_dir() else [])]


def _without_display() -> None:
    """Qt draws into memory, on a screen large enough for the window."""
    if os.environ.get("QT_QPA_PLATFORM", "offscreen") != "offscreen" or "PySide6.QtWidgets" in sys.modules:
        return
    screen = {"name": "memory", "x": 0, "y": 0, "width": SCREEN[0], "height": SCREEN[1], "logicalDpi": 96, "dpr": 1}
    description = Path(tempfile.gettempdir()) / "cami-survey-screen.json"
    description.write_text(json.dumps({"screens": [screen]}), "utf-8")
    os.environ["QT_QPA_PLATFORM"] = f"offscreen:configfile={description}"


@contextmanager
def window(look: Look, survey: SurveyFile | None) -> Iterator[Shell]:
    """The window in a look, on a survey or on none; its settings are kept nowhere."""
    from cami_survey.ui.shell import Shell, apply_look

    apply_look(look.settings)
    shell = Shell(look.settings, keep=lambda _settings: None)
    shell.resize(*look.size)
    shell.show()
    shell.desk.take(survey)
    settle(shell)
    try:
        yield shell
    finally:
        shell.hide()
        shell.worker.close()
        shell.deleteLater()


def settle(shell: Shell, wait: int = 0) -> None:
    """Let the worker finish and everything be painted; `wait` ms more for what begins after a pause."""
    from PySide6.QtCore import QEvent
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication

    for pause in (0, wait):
        if pause:
            QTest.qWait(pause)
        for _turn in range(TURNS):
            shell.worker.finish()
            QApplication.processEvents()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def _one_look(look: Look, survey: Path, place: Path, folder: Path, beside: list[Path]) -> list[Path]:
    saved: list[Path] = []

    def save(name: str, widget: QWidget) -> None:
        path = folder / f"{name}_{look.name}.png"
        widget.grab().save(str(path))
        saved.append(path)

    visit(look, survey, place, beside, save)
    return saved


def visit(look: Look, survey: Path, place: Path, beside: list[Path], save: Callable[[str, QWidget], None]) -> None:
    """Show every page and dialog in a look, one after the other, and give each with its name to `save`.

    `survey` is written to; an empty survey is made in `place`; `beside` is what the merge is shown with.
    """
    from cami_survey.operations import surveys

    opened = surveys.open_survey(survey).value
    with window(look, opened) as shell:
        for page in PLACES:
            shell.go(page)
            settle(shell, OUTLINE if page == "interviews" else 0)
            save(page, shell)
        _analysis(shell, save)
        _tables(shell, save)
        _review(shell, opened, save)
        _interview(shell, opened, save)
        _notices(shell, save)
        _dialogs(shell, save)
    opened.close()
    empty = surveys.create(place / f"empty-{look.name}.cami", title="Ala-Too 2026").value
    with window(look, empty) as shell:
        save("empty_interviews", shell)
        shell.go("forms")
        settle(shell)
        save("empty_forms", shell)
        _merge(shell, beside, save)
    empty.close()
    keyed = surveys.create(place / f"keyed-{look.name}.cami", title="Ala-Too 2026", key=KEY).value
    keyed.add_recovery(RECOVERY)
    with window(look, keyed) as shell:
        _protection(shell, save)
        shell.guard.lock()
        settle(shell)
        save("locked", shell)
    keyed.close()
    with window(replace(look, settings=replace(look.settings, recent=(str(survey),))), None) as shell:
        save("start", shell)


def _analysis(shell: Shell, save: Callable[[str, QWidget], None]) -> None:
    """Two chapters besides the first: one with figures of every kind, one with a matrix; then what the public sees."""
    from cami_survey.ui.pages.analysis import AnalysisPage

    shell.go("analysis")
    page = shell.pages["analysis"]
    if not isinstance(page, AnalysisPage):
        return
    for at, name in ((1, "analysis_stakeholders"), (3, "analysis_coverage"), (2, "analysis_threats")):
        page.chapter.choose(page.chapter.keys()[at])
        page.show_chapter()
        settle(shell)
        save(name, shell)
    page.level.choose("public")
    page.show_chapter()
    settle(shell)
    save("analysis_public", shell)


def _tables(shell: Shell, save: Callable[[str, QWidget], None]) -> None:
    from cami_survey.ui.pages.forms import FormsPage

    shell.go("forms")
    forms = shell.pages["forms"]
    if not isinstance(forms, FormsPage):
        return
    forms.show_tables()
    settle(shell)
    save("tables", shell)
    if forms.tables is not None:
        forms.tables.open("pow_2014_2020")
        settle(shell)
        save("table_rows", shell)


def _review(shell: Shell, survey: SurveyFile, save: Callable[[str, QWidget], None]) -> None:
    """The list, an interview with a query on its first answer, and the queries."""
    from cami_survey.operations import details, reviews
    from cami_survey.ui.pages.review import ReviewPage

    rows = survey.rows("final", limit=1)
    if not rows:
        return
    answer = next(one for one in details.asked(survey, rows[0].record) if one.value)
    asked = reviews.comment(survey, rows[0].record, answer.field, "Is this right?")
    shell.go("review")
    page = shell.pages["review"]
    if isinstance(page, ReviewPage):
        page.refresh()
        settle(shell)
        save("review", shell)
        page.open(rows[0].record)
        settle(shell)
        save("review_reading", shell)
        page.show_tasks()
        settle(shell)
        save("queries", shell)
    reviews.close(survey, asked.value)
    shell.go("duplicates")
    settle(shell)
    save("duplicates", shell)


def _interview(shell: Shell, survey: SurveyFile, save: Callable[[str, QWidget], None]) -> None:
    drafts = survey.rows("drafts", limit=1)
    rows = drafts or survey.rows("final", limit=1)
    if not rows:
        return
    shell.go("interviews")
    shell.interviewing.open(rows[0])
    settle(shell, OUTLINE)
    save("interview", shell)
    if shell.running is not None:
        shell.running.leave()
        settle(shell)


def _merge(shell: Shell, beside: list[Path], save: Callable[[str, QWidget], None]) -> None:
    """The preview of the packages that lie beside the survey, and what is to be settled after the merge."""
    from cami_survey.ui.pages.exchange import ExchangePage

    shell.go("exchange")
    page = shell.pages["exchange"]
    if not beside or not isinstance(page, ExchangePage):
        return
    page.look_at(beside)
    settle(shell)
    if page.preview is None:
        return
    save("merge_new", shell)
    senders = range(len(page.preview.preview.sources))
    page.preview.take(senders, trusted=True)
    settle(shell)
    save("merge", shell)
    page.preview.main.click()
    settle(shell)
    if page.settling is not None:
        page.settling.choose(0, "theirs")
        page.settling.table.setFocus()
        settle(shell)
        save("settle", shell)


def _notices(shell: Shell, save: Callable[[str, QWidget], None]) -> None:
    from cami_survey.base.errors import UserError
    from cami_survey.base.notices import Outcome

    shell.go("interviews")
    shell.feedback.error(
        UserError(
            "pack.cut-short",
            "The stick was taken out before the package was complete.",
            advice="Nothing is lost: all interviews are still here. Put it back in and write the package again.",
        ),
        lambda: None,
    )
    shell.feedback.done("KG-H0124 is in the bin.", lambda: Outcome(None), lambda _undo: None)
    settle(shell, OUTLINE)
    save("notices", shell)
    shell.feedback.clear()
    shell.feedback.quiet()


def _dialogs(shell: Shell, save: Callable[[str, QWidget], None]) -> None:
    from cami_survey.ui.dialogs.export import ExportDialog
    from cami_survey.ui.dialogs.settings import SettingsDialog, section_names
    from cami_survey.ui.dialogs.survey import KeyDialog, NewSurveyDialog
    from cami_survey.ui.interview.reasons import ReasonDialog

    dialogs: list[tuple[str, QWidget]] = [
        ("export", ExportDialog(shell.desk, "", shell)),
        ("new_survey", NewSurveyDialog("Aizada", "KG-07", shell)),
        ("key", KeyDialog("ala-too.cami", "", shell)),
        ("reason", ReasonDialog(*REASON, parent=shell)),
    ]
    dialogs += [
        (f"settings_{section}", SettingsDialog(shell.desk, section, shell)) for section, _icon, _name in section_names()
    ]
    _show(shell, dialogs, save)


def _show(shell: Shell, dialogs: list[tuple[str, QWidget]], save: Callable[[str, QWidget], None]) -> None:
    for name, dialog in dialogs:
        dialog.show()
        settle(shell)
        save(name, dialog)
        dialog.close()
        dialog.deleteLater()


def _protection(shell: Shell, save: Callable[[str, QWidget], None]) -> None:
    """What is asked of an encrypted survey, and its page of the settings."""
    from cami_survey.ui.dialogs.protection import NewKeyDialog, RecoveryCodesDialog, RecoveryDialog
    from cami_survey.ui.dialogs.settings import SettingsDialog
    from cami_survey.ui.dialogs.survey import DrillDialog
    from cami_survey.ui.dialogs.withdrawal import WithdrawalDialog

    survey = shell.desk.survey
    dialogs: list[tuple[str, QWidget]] = [
        ("settings_safety_keyed", SettingsDialog(shell.desk, "safety", shell)),
        ("new_key", NewKeyDialog(False, "", shell)),
        ("change_key", NewKeyDialog(True, "", shell)),
        ("recovery", RecoveryDialog(survey.path.parent, survey.path.stem, shell)),
        ("recovery_codes", RecoveryCodesDialog(survey.recovery_recipients(), shell)),
        ("drill", DrillDialog("", shell)),
        ("withdrawal", WithdrawalDialog("KG-H0124", 2, shell)),
    ]
    _show(shell, dialogs, save)


def main(arguments: list[str]) -> int:
    """`python -m cami_survey.ui.screenshots SURVEY FOLDER FORM...`."""
    survey, folder, *forms = map(Path, arguments)
    saved = save_screenshots(survey, folder, forms)
    sys.stdout.write(f"{len(saved)} pictures in {folder}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
