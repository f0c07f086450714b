"""What every test has: a settings folder of its own, English texts, no window on the screen."""

from __future__ import annotations

import gc
import os
import shutil
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import event

from cami_survey.base import system_language, texts
from tests.made_once import Conversions, MadeOnce

if TYPE_CHECKING:
    from collections.abc import Iterator

    from babel.messages import Catalog
    from sqlalchemy.engine import Connection

    from cami_survey.base.records import FormContent

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# A process of thousands of tests holds much that lives as long as it does: looking for circles took a tenth of it.
gc.set_threshold(100_000, 50, 100)

# What tests write is thrown away with them. Where the system has a folder in memory nobody waits for a disk.
MEMORY, ROOM = Path("/dev/shm"), 2 << 30
if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))

settings.register_profile("check", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
settings.register_profile("soak", parent=settings.get_profile("check"), max_examples=5000)
settings.load_profile("soak" if os.environ.get("CAMI_SURVEY_SOAK") else "check")


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Settings, logs and caches of a test lie in its own folder; texts are English before and after."""
    monkeypatch.setenv("CAMI_SURVEY_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("CAMI_SURVEY_KEY_FILE", raising=False)
    for variable in system_language.VARIABLES:
        monkeypatch.delenv(variable, raising=False)
    texts.set_language(texts.SOURCE_LANGUAGE)
    yield
    texts.set_language(texts.SOURCE_LANGUAGE)


@pytest.fixture(autouse=True, scope="session")
def steps_taken_once() -> Iterator[None]:
    """The steps of the schema are taken for the first new file of a process; later ones get the same statements."""
    from cami_survey.store import schema

    take, taken = schema.upgrade, list[tuple[str, Any]]()

    def upgrade(connection: Connection) -> None:
        if connection.exec_driver_sql("SELECT count(*) FROM sqlite_schema").scalar():
            take(connection)
        elif taken:
            cursor = connection.connection.cursor()
            for statement, parameters in taken:
                cursor.execute(statement, parameters)
        else:
            with _noted(connection) as noted:
                take(connection)
            taken.extend(noted)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(schema, "upgrade", upgrade)
        yield


@pytest.fixture(autouse=True, scope="session")
def forms_read_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What reading a kept form found out lies in one place for all tests of a process, as on one laptop."""
    from cami_survey.operations import forms

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(forms, "COMPILED", tmp_path_factory.mktemp("compiled"))
        yield


@pytest.fixture
def quick_stretching(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passphrases are stretched in a small memory by this process; the real one is used in tests of faults."""
    from cami_survey.store import slots

    monkeypatch.setattr(slots, "MEMORY_KIB", 1024)


@contextmanager
def _noted(connection: Connection) -> Iterator[list[tuple[str, Any]]]:
    """The statements that are executed meanwhile, with their parameters."""
    noted: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: Any, *_rest: object) -> None:
        noted.append((statement, parameters))

    event.listen(connection, "before_cursor_execute", note)
    try:
        yield noted
    finally:
        event.remove(connection, "before_cursor_execute", note)


@pytest.fixture(autouse=True, scope="session")
def sheets_converted_once() -> Iterator[None]:
    """The same sheets are handed to pyxform once in a process."""
    from cami_survey.engine import xlsform

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(xlsform, "_all_by_pyxform", Conversions(xlsform._all_by_pyxform))
        yield


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> MadeOnce:
    """What one process of the run makes for all."""
    return MadeOnce.of(tmp_path_factory)


@pytest.fixture(scope="session")
def demonstration(made_once: MadeOnce, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The survey of the demonstration in its folder, made once for all tests; they work on copies of it."""
    from cami_survey.operations.demo import demonstration_survey

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CAMI_SURVEY_HOME", str(tmp_path_factory.mktemp("demonstration-home")))
        folder = made_once.folder / "demonstration"
        return made_once("demonstration", lambda: demonstration_survey(folder).value)


class Questionnaires:
    """Our questionnaires as a survey keeps them, each read from its workbook once for all tests."""

    def __init__(self, once: MadeOnce) -> None:
        self._once = once
        self._read: dict[str, FormContent] = {}

    def __getitem__(self, name: str) -> FormContent:
        if name not in self._read:
            self._read[name] = self._once(f"form-{name}", lambda: self._kept(name))
        return self._read[name]

    def _kept(self, name: str) -> FormContent:
        from cami_survey.operations import forms, surveys

        with surveys.create(self._once.folder / f"{name}.cami").value as survey:
            entry = forms.add(survey, [Path(__file__).parents[1] / "forms" / f"{name}.xlsx"]).value[0]
            return survey.form(entry.form_id, entry.version)


@pytest.fixture(scope="session")
def questionnaires(made_once: MadeOnce) -> Questionnaires:
    """Our five questionnaires by their names."""
    return Questionnaires(made_once)


@pytest.fixture(scope="session")
def program_texts(made_once: MadeOnce) -> Catalog:
    """Every text of the program, as its source has it."""
    from cami_survey.cli import catalogues

    return made_once("program-texts", catalogues.extract)


@pytest.fixture
def demonstrated(demonstration: Path, tmp_path: Path) -> Path:
    """A copy of the survey of the demonstration."""
    return Path(shutil.copy(demonstration, tmp_path / "demonstration.cami"))


@pytest.fixture(autouse=True)
def no_window_left() -> Iterator[None]:
    """A test closes its windows. Closed ones are thrown away, or each later change of theme would style them again."""
    yield
    if "PySide6.QtWidgets" not in sys.modules:
        return
    from PySide6.QtCore import QEvent
    from PySide6.QtWidgets import QApplication

    if QApplication.instance() is not None:
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        left = [repr(widget) for widget in QApplication.topLevelWidgets() if widget.isVisible()]
        assert left == [], "these windows were left open"
