"""T42 and T43: hostile XML and workbooks, at every door that takes some: refused in two seconds of work and 100 MB."""

from __future__ import annotations

import io
import math
import os
import socket
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from cami_survey.base.errors import UserError
from cami_survey.engine.api import load_form
from cami_survey.operations import references, translations
from cami_survey.store.api import SurveyFile
from tests.faults import store_children

MIB = 1 << 20
PATIENCE = 60
SECONDS, MOST_MIB = 2, 100
posix = pytest.mark.skipif(sys.platform == "win32", reason="the work of a process is measured on POSIX systems")

SPREADSHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PARTS = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/></Types>',
    "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="r1" Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{SPREADSHEET}" xmlns:r="{RELATIONS}">'
    '<sheets><sheet name="survey" sheetId="1" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="r1" Type="{RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="r2" Type="{RELATIONS}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
}
SHEET, STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"


def sheet(cells: str, before: str = "", dimension: str = "A1:C2") -> bytes:
    head = f'<worksheet xmlns="{SPREADSHEET}"><dimension ref="{dimension}"/><sheetData>'
    return f"{before}{head}<row r='1'>{cells}</row></sheetData></worksheet>".encode()


def cell(place: str, text: str = "type") -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


HEADS = cell("A1") + cell("B1", "name") + cell("C1", "label")
QUESTION = HEADS + "</row><row r='2'>" + cell("A2", "text") + cell("B2", "a") + cell("C2", "A")


def workbook(parts: dict[str, bytes | str]) -> bytes:
    """An Excel workbook of these parts beside the usual ones."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in ({SHEET: sheet(HEADS)} | PARTS | parts).items():
            archive.writestr(name, content)
    return made.getvalue()


@cache
def swollen(name: str, head: bytes, tail: bytes, mib: int) -> bytes:
    """A workbook one part of which holds so many MB of rows, packed small."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for other, content in ({SHEET: sheet(HEADS)} | PARTS).items():
            if other != name:
                archive.writestr(other, content)
        with archive.open(name, "w", force_zip64=True) as part:
            part.write(head)
            block = (
                b"<si><t>irbis</t></si>" * (MIB // 21)
                if name == STRINGS
                else b"<row><c><v>1</v></c></row>" * (MIB // 26)
            )
            for _number in range(mib):
                part.write(block)
            part.write(tail)
    return made.getvalue()


def lying(content: bytes, name: str, size: int = 900) -> bytes:
    """The same zip, whose directory says that a part unpacks to a few bytes only."""
    made = bytearray(content)
    at = content.index(b"PK\x01\x02")
    while content[at : at + 4] == b"PK\x01\x02":
        length, extra, remark = struct.unpack_from("<HHH", content, at + 28)
        if content[at + 46 : at + 46 + length] == name.encode():
            struct.pack_into("<I", made, at + 24, size)
        at += 46 + length + extra + remark
    return bytes(made)


def renamed() -> bytes:
    return b"type,name,label\ntext,a,A\n" * 200


def cut() -> bytes:
    """A part of the sheet ends in the middle, under a zip that is whole."""
    return workbook({SHEET: sheet(HEADS)[:-40]})


BOMB = (
    "<!DOCTYPE x [<!ENTITY a 'haha'>"
    + "".join(f"<!ENTITY {chr(98 + n)} '{f'&{chr(97 + n)};' * 10}'>" for n in range(12))
    + "]>"
)
STRINGS_HEAD = f'<sst xmlns="{SPREADSHEET}">'.encode()
SHEET_HEAD = f'<worksheet xmlns="{SPREADSHEET}"><sheetData>'.encode()
WORKBOOKS: dict[str, Callable[[], bytes]] = {
    "a cell in the last place": lambda: workbook({SHEET: sheet(HEADS + cell("XFD1048576"), dimension="A1:XFD1048576")}),
    "520 MB of rows": lambda: swollen(SHEET, SHEET_HEAD, b"</sheetData></worksheet>", 520),
    "520 MB of texts": lambda: swollen(STRINGS, STRINGS_HEAD, b"</sst>", 520),
    "520 MB of rows, said to be few": lambda: lying(
        swollen(SHEET, SHEET_HEAD, b"</sheetData></worksheet>", 520), SHEET
    ),
    "520 MB of texts, said to be few": lambda: lying(swollen(STRINGS, STRINGS_HEAD, b"</sst>", 520), STRINGS),
    "an entity bomb": lambda: workbook({SHEET: sheet(HEADS + cell("A2", "&m;"), before=BOMB)}),
    "a part cut short": cut,
    "a zip cut short": lambda: workbook({})[:-90],
    "a text renamed": renamed,
}


def as_form(path: Path, _survey: SurveyFile) -> None:
    load_form(path)


def as_table(path: Path, survey: SurveyFile) -> None:
    references.preview(survey, path)


def as_translation(path: Path, _survey: SurveyFile) -> None:
    translations.take(path.with_name("good.xlsx"), path, path.with_name("out.xlsx"))


DOORS: dict[str, Callable[[Path, SurveyFile], None]] = {
    "a form": as_form,
    "a reference table": as_table,
    "a translation": as_translation,
}


def attempt(paths: dict[str, Path], warm: Path, pipe: Connection) -> None:
    """Bring each in by every door: what was said, the seconds of work and the MB beyond those of a good file."""
    import resource

    scale = MIB if sys.platform == "darwin" else 1024
    found = {}
    with SurveyFile.create(warm.with_name("warm.cami"), title="") as survey:
        for enter in DOORS.values():
            with suppress(UserError):
                enter(warm, survey)
        for name, path in paths.items():
            for door, enter in DOORS.items():
                before, said = resource.getrusage(resource.RUSAGE_SELF), ""
                try:
                    enter(path, survey)
                except UserError as error:
                    said = error.code
                after = resource.getrusage(resource.RUSAGE_SELF)
                seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
                found[name, door] = said, seconds, (after.ru_maxrss - before.ru_maxrss) / scale
    pipe.send(found)


@posix
def test_t43_a_hostile_workbook_is_refused_at_every_door(tmp_path: Path) -> None:
    warm = tmp_path / "good.xlsx"
    warm.write_bytes(workbook({SHEET: sheet(QUESTION)}))
    paths = {name: tmp_path / f"{number}.xlsx" for number, name in enumerate(WORKBOOKS)}
    for name, path in paths.items():
        path.write_bytes(WORKBOOKS[name]())
    with store_children.child(attempt, paths, warm) as (_process, pipe):
        assert pipe.poll(PATIENCE)
        found = pipe.recv()
    assert len(found) == len(WORKBOOKS) * len(DOORS)
    for which, (said, seconds, mib) in found.items():
        assert said, which
        assert not said.startswith("file."), which
        assert seconds < SECONDS, which
        assert mib < MOST_MIB, which


@contextmanager
def listener() -> Iterator[socket.socket]:
    """A server of this computer that nobody must call."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


def has_called(server: socket.socket) -> bool:
    try:
        server.accept()[0].close()
    except BlockingIOError:
        return False
    return True


SECRET = "Jyldyzkan of the winter camp"
HTML, XFORMS = "http://www.w3.org/1999/xhtml", "http://www.w3.org/2002/xforms"


def xform(doctype: str, answer: str) -> bytes:
    return (
        f'{doctype}<h:html xmlns:h="{HTML}" xmlns="{XFORMS}"><h:head><h:title>{answer}</h:title><model><instance>'
        f'<data id="f"><a>{answer}</a></data></instance><bind nodeset="/data/a" type="string"/></model></h:head>'
        '<h:body><input ref="/data/a"><label>A</label></input></h:body></h:html>'
    ).encode()


def submission(doctype: str, answer: str) -> bytes:
    return f'{doctype}<data id="f"><a>{answer}</a></data>'.encode()


def doctypes(secret: Path, port: int) -> dict[str, tuple[str, str]]:
    """Document types, and what stands in the answer."""
    server = f"http://127.0.0.1:{port}"
    return {
        "a document type": ("<!DOCTYPE data>", "a"),
        "a bomb": (BOMB, "&m;"),
        "a file": (f'<!DOCTYPE x [<!ENTITY e SYSTEM "{secret.as_uri()}">]>', "&e;"),
        "a server": (f'<!DOCTYPE x [<!ENTITY e SYSTEM "{server}/e">]>', "&e;"),
        "a definition elsewhere": (f'<!DOCTYPE x SYSTEM "{server}/x.dtd">', "a"),
        "a definition in a file": (f'<!DOCTYPE x SYSTEM "{secret.as_uri()}">', "a"),
        "parameters elsewhere": (f'<!DOCTYPE x [<!ENTITY % p SYSTEM "{server}/p"> %p;]>', "a"),
    }


def read_xml(kind: str, contents: dict[str, bytes], pipe: Connection) -> None:
    """Read each as a form or as a submission; what was said and the seconds and MB it took."""
    import resource

    form = load_form(xform("", ""), name="f.xml")
    scale = MIB if sys.platform == "darwin" else 1024
    found = {}
    for name, content in contents.items():
        before, said = resource.getrusage(resource.RUSAGE_SELF), ""
        try:
            if kind == "form":
                load_form(content, name="f.xml")
            else:
                form.open(content)
        except UserError as error:
            said = str(error)
        after = resource.getrusage(resource.RUSAGE_SELF)
        seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        found[name] = said, seconds, (after.ru_maxrss - before.ru_maxrss) / scale
    pipe.send(found)


@posix
@pytest.mark.parametrize(("kind", "made"), [("form", xform), ("submission", submission)])
def test_t42_xml_with_a_document_type_is_refused_and_nothing_is_fetched(
    tmp_path: Path, kind: str, made: Callable[[str, str], bytes]
) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text(SECRET)
    with listener() as server:
        contents = {name: made(*words) for name, words in doctypes(secret, server.getsockname()[1]).items()}
        with store_children.child(read_xml, kind, contents) as (_process, pipe):
            assert pipe.poll(PATIENCE)
            found = pipe.recv()
        assert not has_called(server)
    assert found.keys() == contents.keys()
    for said, seconds, mib in found.values():
        assert said
        assert SECRET not in said
        assert seconds < SECONDS
        assert mib < MOST_MIB


def test_the_listener_hears_a_call() -> None:
    with listener() as server:
        socket.create_connection(server.getsockname()).close()
        assert has_called(server)


def test_good_xml_and_a_good_workbook_are_read() -> None:
    form = load_form(xform("", "here"), name="f.xml")
    assert form.open(submission("", "there")).node("/data/a").value == "there"
    content = workbook({SHEET: sheet(QUESTION)})
    assert load_form(content, name="f.xlsx").open().node("/data/a").label == "A"


# ---- the program itself, in a process of its own

FORM_CHECK = ("form", "check")
AT_THE_PROGRAM = ("a cell in the last place", "520 MB of rows, said to be few", "an entity bomb", "a text renamed")


def run_within(words: Sequence[str], mib: int, seconds: int) -> subprocess.CompletedProcess[str]:
    """A child of ours that the system kills beyond so many MB of data and seconds of work."""
    import resource

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_DATA, (mib * MIB, mib * MIB))

    return subprocess.run(
        [sys.executable, *words], capture_output=True, text=True, timeout=PATIENCE, preexec_fn=limited, check=False
    )


def needed(words: Sequence[str]) -> tuple[int, int]:
    """The MB at most and the whole seconds of work that a child of ours needs."""
    process = subprocess.Popen([sys.executable, *words], stdout=subprocess.DEVNULL)
    _pid, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return used.ru_maxrss // 1024, math.ceil(used.ru_utime + used.ru_stime)


limits = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux limits the data of a process")


@limits
def test_t43_the_program_refuses_hostile_workbooks_within_the_limits_of_its_process(tmp_path: Path) -> None:
    """As a command of its own: one sentence, no stack, and no more than two seconds beyond what a good workbook needs.

    What is reserved is not what is used: the limit of memory is 100 MB beyond twice that.
    """
    good = tmp_path / "good.xlsx"
    good.write_bytes(workbook({SHEET: sheet(QUESTION)}))
    needs, work = needed(["-m", "cami_survey", *FORM_CHECK, str(good)])
    for number, name in enumerate(AT_THE_PROGRAM):
        path = tmp_path / f"{number}.xlsx"
        path.write_bytes(WORKBOOKS[name]())
        done = run_within(["-m", "cami_survey", *FORM_CHECK, str(path)], 2 * needs + MOST_MIB, work + SECONDS)
        assert done.returncode == 1, (name, done)
        assert "Traceback" not in done.stderr
        assert path.name in done.stdout + done.stderr, (name, done)


@limits
@pytest.mark.parametrize("greed", ["x = bytearray(400 << 20)", "while True: pass"])
def test_the_limits_of_a_process_bite(greed: str) -> None:
    assert run_within(["-c", greed], MOST_MIB, SECONDS).returncode != 0
