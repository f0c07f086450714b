"""A long export that two processes make has the same cells as one that is made by one, whatever was answered."""

from __future__ import annotations

import multiprocessing
import shutil
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from cami_survey.analysis.material import Material
from cami_survey.base import beside
from cami_survey.base.beside import Beside, Outbox
from cami_survey.base.errors import UserError
from cami_survey.base.records import Answers, Summary
from cami_survey.exports import sheethalves
from cami_survey.operations import analyses, exports, surveys
from cami_survey.operations.exports import Exported, export
from cami_survey.store.api import SurveyFile, change_key
from tests.operations.test_exports import FORM, NOON, add_form

# A text that no cell holds; interviews are told with its name, since they are shown where a test fails.
LONG, LONG_TEXT = "LONG", "ж" * 33_000
TEXTS = st.sampled_from(["Алай", "=1+1", "a < b & c", " blank ", "bell\a", "_x0041_", LONG, "x" * 250, "sealed:1:x"])
CODES = st.sampled_from(["PANUNC", "SAITAT PANUNC", "EQUHEM", "YETI", "YETI PANUNC"])
NUMBERS = st.sampled_from(["1", "-3", "007", "2.50", "0.25", "0.00001", "9" * 17, "many", "1e5"])
FIELDS = {
    "/data/int_code": st.sampled_from(["KG-1", "KG-2", "KG-3"]),
    "/data/who/years": NUMBERS,
    "/data/who/share": NUMBERS,
    "/data/who/day": st.sampled_from(["2026-02-28", "1899-12-31", "soon"]),
    "/data/who/moment": st.sampled_from(["2026-02-28T08:30:00.000+06:00", "1600-01-01T00:00:00Z"]),
    "/data/agrees": st.sampled_from(["yes", "no", "maybe"]),
    "/data/seen": CODES,
    "/data/order": CODES,
    "/data/herd[k1]": st.sampled_from(["1", "2"]),
    "/data/herd[k1]/kind": TEXTS,
    "/data/herd[k2]/kind": TEXTS,
    "/data/herd[k2]/loss[k3]/lost": NUMBERS,
    "/data/remark": TEXTS,
    "/data/notes": TEXTS,
    "/data/gone": TEXTS,
    "/data/gone_too": TEXTS,
    "/data/wild[k4]/thing": TEXTS,
    "/data/herd[k1]/odd": TEXTS,
    "@comment:/data/remark": TEXTS,
    "@reason:/data/who/years": TEXTS,
    "@aside:/data/before": TEXTS,
}
COMPUTED = {"/data/total": NUMBERS, "/data/meta/instanceName": TEXTS}
INTERVIEWS = st.lists(
    st.tuples(
        st.fixed_dictionaries({}, optional=FIELDS),
        st.fixed_dictionaries({}, optional=COMPUTED),
        st.sampled_from(["1", "2"]),
        st.sampled_from(["final", "final", "final", "draft", "conflict"]),
    ),
    max_size=12,
)
WISHES = st.fixed_dictionaries(
    {},
    optional={
        "language": st.sampled_from(["Russian", "English"]),
        "languages": st.just(["Russian"]),
        "codes": st.booleans(),
        "labels_too": st.booleans(),
        "multiple": st.sampled_from(["one", "split", "both"]),
        "include_drafts": st.booleans(),
        "headers": st.sampled_from(["names", "labels"]),
        "columns": st.sampled_from([[], ["seen", "herd"]]),
    },
)


class NeverError(Exception):
    """Never raised."""


class InThread(Beside):
    """The other process as a thread, which begins at once."""

    def _start(self, serve: Callable[..., None], about: tuple[object, ...]) -> None:
        theirs, tasks = multiprocessing.Pipe(duplex=False)
        self._answers, answers = multiprocessing.Pipe(duplex=False)
        self._tasks = Outbox(tasks, sys.maxsize)

        def run() -> None:
            outbox = Outbox(answers, beside.MOST_WAITING)
            with suppress(EOFError, OSError):
                serve(theirs, outbox, *about)
            outbox.close()
            theirs.close()

        self._thread = threading.Thread(target=run)
        self._thread.start()

    def close(self) -> None:
        super().close()
        self._thread.join()


@pytest.fixture
def halved(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every export and every reading for analyses is worth another process."""
    for module in (exports, analyses):
        monkeypatch.setattr(module, "WORTH_A_PROCESS", 0)
        monkeypatch.setattr(module, "processors", lambda: 2)


@pytest.fixture
def threaded(halved: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a thread; nothing is done again without it."""
    monkeypatch.setattr("cami_survey.operations.export_halves.Beside", InThread)
    monkeypatch.setattr("cami_survey.operations.answers_read.Beside", InThread)
    monkeypatch.setattr(exports, "GoneError", NeverError)
    monkeypatch.setattr(analyses, "GoneError", NeverError)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A survey with two versions of the form; the second asks something else as well."""
    folder = tmp_path_factory.mktemp("empty")
    more = FORM.replace("| herders | 1 |", "| herders | 2 |")
    more = more.replace("|  | text | remark |", "|  | integer | sheep | Sheep | Овцы |\n|  | text | remark |")
    with surveys.create(folder / "t.cami", title="Winter", device_name="Osh laptop").value as survey:
        add_form(survey, folder, FORM)
        add_form(survey, folder, more)
    return folder / "t.cami"


def copied(empty: Path, folder: Path) -> SurveyFile:
    """A copy of it, open."""
    return SurveyFile.open(shutil.copy(empty, folder / "t.cami"))


def keep(survey: SurveyFile, fields: Mapping[str, str], computed: Mapping[str, str], version: str, state: str) -> None:
    """Save an interview as it is; in conflict two laptops say different things of it."""
    record = survey.new_record()
    answers = Answers({field: LONG_TEXT if text == LONG else text for field, text in fields.items()}, computed)
    about: dict[str, Any] = {
        "record": record,
        "form_id": "herders",
        "form_version": version,
        "parents": (),
        "summary": Summary(),
    }
    survey.save(**about, answers=answers, state="draft" if state == "draft" else "final")
    if state == "conflict":
        other = replace(answers, fields={**answers.fields, "/data/int_code": "KG-9", "/data/seen": "SAITAT"})
        survey.save(**about, answers=other, state="final")


def sheets(path: Path) -> dict[str, list[list[Any]]]:
    """Every cell of a workbook."""
    book = CalamineWorkbook.from_path(str(path))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def both(survey: SurveyFile, target: Path, wishes: Mapping[str, Any]) -> tuple[Exported, Exported, Any, Any]:
    """What two processes make of it and what one makes, with the cells."""
    together = export(survey, target, clock=lambda: NOON, **wishes).value
    cells = sheets(target)
    with pytest.MonkeyPatch.context() as alone:
        alone.setattr(exports, "WORTH_A_PROCESS", sys.maxsize)
        one = export(survey, target, clock=lambda: NOON, **wishes).value
    return together, one, cells, sheets(target)


# The long texts of these interviews, each in two pieces, by number and table.
LONGEST = [(1 + at // 2, "herders" if at < 20 else "herders-herd") for at in range(36)]


def fill(survey: SurveyFile, number: int = 8) -> None:
    """Interviews of which the later ones answer what no earlier one did."""
    for at in range(number):
        later = {"/data/gone": LONG, "/data/wild[k1]/thing": "seen", "/data/seen": "YETI"} if at >= number - 2 else {}
        fields = {"/data/int_code": f"KG-{at}", "/data/herd[k1]/kind": LONG, "/data/remark": LONG, **later}
        keep(survey, fields, {"/data/total": str(at)}, "1" if at % 2 else "2", "final")


@settings(
    max_examples=10, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate], database=None
)
@given(interviews=INTERVIEWS, wishes=WISHES)
def test_two_make_the_cells_that_one_makes(
    interviews: Sequence[tuple[Any, ...]],
    wishes: Mapping[str, Any],
    threaded: None,
    empty: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("halved")
    with copied(empty, folder) as survey:
        for interview in interviews:
            keep(survey, *interview)
        together, one, cells, expected = both(survey, folder / "out.xlsx", wishes)
    assert cells == expected
    assert together == one


def contents(path: Path) -> dict[str, bytes]:
    """What lies in a file that is a zip or none."""
    if not zipfile.is_zipfile(path):
        return {"": path.read_bytes()}
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize("ending", ["csv.zip", "odk.zip", "geojson"])
def test_other_formats_read_the_later_rows_through_the_pipe(
    ending: str, threaded: None, empty: Path, tmp_path: Path
) -> None:
    target = tmp_path / f"out.{ending}"
    with copied(empty, tmp_path) as survey:
        fill(survey)
        export(survey, target, clock=lambda: NOON)
        together = contents(target)
        with pytest.MonkeyPatch.context() as alone:
            alone.setattr(exports, "WORTH_A_PROCESS", sys.maxsize)
            export(survey, target, clock=lambda: NOON)
    assert contents(target) == together


def test_more_rows_than_a_sheet_holds_go_on_on_the_next(
    threaded: None, empty: Path, tmp_path: Path, monkeypatch: Any
) -> None:
    from cami_survey.exports import workbook

    monkeypatch.setattr(workbook.write, "__kwdefaults__", {**workbook.write.__kwdefaults__, "most_rows": 6})
    with copied(empty, tmp_path) as survey:
        fill(survey)
        together, one, cells, expected = both(survey, tmp_path / "out.xlsx", {})
    assert cells == expected
    assert "herders (2)" in cells
    assert together == one


@pytest.mark.usefixtures("halved")
def test_another_process_reads_an_encrypted_survey_and_is_gone_afterwards(empty: Path, tmp_path: Path) -> None:
    ran: list[bool] = []
    change_key(shutil.copy(empty, tmp_path / "t.cami"), None, "a passphrase of some length")
    opened = SurveyFile.open(tmp_path / "t.cami", key="a passphrase of some length")
    with opened as survey, pytest.MonkeyPatch.context() as patch:
        patch.setattr(Beside, "close", _noting(ran, Beside.close))
        fill(survey)
        together, one, cells, expected = both(survey, tmp_path / "out.xlsx", {"language": "Russian"})
    assert [row[:2] for row in cells["Long texts"][1:]] == [[float(at), table] for at, table in LONGEST]
    assert ran == [True]
    assert cells == expected
    assert together == one
    assert multiprocessing.active_children() == []


def _noting(ran: list[bool], close: Callable[[Beside], None]) -> Callable[[Beside], None]:
    """Closes, and notes whether the process was still at work."""

    def noting(self: Beside) -> None:
        ran.append(self.is_at_work)
        close(self)

    return noting


def test_the_other_process_does_without_what_only_the_first_one_needs() -> None:
    """Loading it takes longer than thousands of interviews do, and a tenth of the memory."""
    loading = "import sys; from cami_survey.operations import export_halves; from cami_survey.exports import {};"
    for writer in ("sheethalves", "csvcells"):
        script = f"{loading.format(writer)} print({{'openpyxl', 'numpy', 'lxml', 'PIL'}} & sys.modules.keys())"
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
        assert done.stdout == "set()\n"


@pytest.mark.usefixtures("halved")
@pytest.mark.parametrize("after", [0, 2])
def test_a_process_that_dies_costs_nothing_but_time(after: int, empty: Path, tmp_path: Path, monkeypatch: Any) -> None:
    received: list[int] = []
    receive = Beside.receive

    def dying(self: Beside) -> Any:
        received.append(1)
        if len(received) > after:
            self.kill()
        return receive(self)

    monkeypatch.setattr(Beside, "receive", dying)
    with copied(empty, tmp_path) as survey:
        fill(survey)
        together, one, cells, expected = both(survey, tmp_path / "out.xlsx", {})
    assert received
    assert cells == expected
    assert together == one


class StopError(Exception):
    """Somebody pressed Cancel."""


@pytest.mark.parametrize("when", range(3))
def test_cancel_leaves_no_file_and_no_process(
    when: int, threaded: None, empty: Path, tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.setattr(exports, "REPORT_EVERY", 1)
    told: list[int] = []

    def progress(done: int, _total: int) -> None:
        told.append(done)
        if len(told) > when * 2:
            raise StopError

    with copied(empty, tmp_path) as survey:
        fill(survey)
        with pytest.raises(StopError):
            export(survey, tmp_path / "out.xlsx", progress=progress)
    assert [path.name for path in tmp_path.glob("out*")] == []
    assert [thread for thread in threading.enumerate() if "(run)" in thread.name] == []


def test_a_full_disk_there_is_one_sentence_here(threaded: None, empty: Path, tmp_path: Path, monkeypatch: Any) -> None:
    def full(*_about: object, **_more: object) -> Iterator[object]:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(sheethalves, "TemporaryFile", full)
    monkeypatch.setattr("cami_survey.exports.workbook.Deflated", full)
    monkeypatch.setattr("cami_survey.exports.workbook.frame_of", full)
    with copied(empty, tmp_path) as survey:
        fill(survey)
        with pytest.raises(UserError) as refused:
            export(survey, tmp_path / "out.xlsx")
    assert refused.value.code == "export.disk-full"
    assert [path.name for path in tmp_path.glob("out*")] == []


def loaded(survey: SurveyFile, folder: Path, key: str | None = None) -> Material:
    """The answers of a survey as one process reads them, in a copy that was not read before."""
    shutil.copy(survey.path, folder / "copy.cami")
    with SurveyFile.open(folder / "copy.cami", key=key, read_only=True) as copy, pytest.MonkeyPatch.context() as alone:
        alone.setattr(analyses, "WORTH_A_PROCESS", sys.maxsize)
        return analyses.load(copy)


def as_lists(material: Material) -> list[object]:
    """Everything in a material, as what can be compared."""
    about = material.interviews
    sheets = [sheet for form in material.forms for sheet in (form.main, *form.repeats)]
    return [
        [list(getattr(about, name)) for name in about.__dataclass_fields__],
        [(form.form_id, form.title, form.languages, form.questions, form.first) for form in material.forms],
        [
            (sheet.path, list(sheet.interviews), {name: list(column) for name, column in sheet.columns.items()})
            for sheet in sheets
        ],
        [material.scope, material.language, material.same],
    ]


@settings(
    max_examples=10, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate], database=None
)
@given(interviews=INTERVIEWS)
def test_two_read_for_analyses_what_one_reads(
    interviews: Sequence[tuple[Any, ...]], threaded: None, empty: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("loaded")
    with copied(empty, folder) as survey:
        for interview in interviews:
            keep(survey, *interview)
    with SurveyFile.open(folder / "t.cami") as survey:
        told: list[tuple[int, int]] = []
        together = analyses.load(survey, progress=lambda *done: told.append(done))
        alone = loaded(survey, folder)
    assert as_lists(together) == as_lists(alone)
    assert together.n == sum(state != "draft" for *_about, state in interviews)


@pytest.mark.usefixtures("halved")
def test_another_process_reads_for_analyses_or_dies(empty: Path, tmp_path: Path) -> None:
    ran: list[bool] = []
    with copied(empty, tmp_path) as survey:
        fill(survey)
    with SurveyFile.open(tmp_path / "t.cami") as survey, pytest.MonkeyPatch.context() as patch:
        patch.setattr(Beside, "close", _noting(ran, Beside.close))
        together = analyses.load(survey)
        assert ran == [True]
        assert as_lists(together) == as_lists(loaded(survey, tmp_path))
    with SurveyFile.open(tmp_path / "t.cami") as survey, pytest.MonkeyPatch.context() as patch:
        patch.setattr(Beside, "receive", lambda self: (self.kill(), Beside._ask(self, lambda pipe: pipe.recv()))[1])
        assert as_lists(analyses.load(survey)) == as_lists(together)
    assert multiprocessing.active_children() == []
