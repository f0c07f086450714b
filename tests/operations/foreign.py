"""Writes submissions into files as other programs export them.

The shapes are those of ODK Central (getodk/central-backend, lib/data/briefcase.js and its tests), of ODK Briefcase
(getodk/briefcase, export/CsvFieldMappers.java) and Aggregate (getodk/aggregate, format/) and of KoboToolbox
(kobotoolbox/formpack, reporting/export.py and schema/fields.py), written anew from what they say.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from pathlib import Path

from lxml import etree
from openpyxl import Workbook

from cami_survey.analysis.definitions import Question
from cami_survey.analysis.forms import definition_of
from cami_survey.engine.api import Form

SENT = "2026-06-01T10:00:00.000Z"
CENTRAL_END = ["KEY", "SubmitterID", "SubmitterName", "AttachmentsPresent", "AttachmentsExpected"]
CENTRAL_END += ["Status", "ReviewState", "DeviceID", "Edits", "FormVersion"]
KOBO_END = ["_id", "_uuid", "_submission_time", "_validation_status", "_notes", "_status", "_submitted_by"]
KOBO_END += ["__version__", "_tags"]
KOBO_PARTS = ("latitude", "longitude", "altitude", "precision")
PARTS = ("Latitude", "Longitude", "Altitude", "Accuracy")


@dataclass
class Section:
    """The rows of one table: of the form, or of a repeat."""

    path: str
    name: str
    parent: Section | None
    questions: list[Question] = field(default_factory=list)
    rows: list[tuple[dict[str, str], str, str, int]] = field(default_factory=list)


def sections(form: Form, submissions: Sequence[bytes]) -> list[Section]:
    """The tables of a form filled from submissions. A row: answers by path, KEY, PARENT_KEY, number of the parent."""
    definition = definition_of(form)
    top = Section(form.root.path, form.id, None)
    found = {(): top}
    for repeat in definition.repeats:
        parent = found[repeat.repeats[:-1]]
        found[repeat.repeats] = Section(repeat.path, repeat.path.rpartition("/")[2], parent)
    for question in definition.questions:
        if question.type != "note":
            found[question.repeats].questions.append(question)
    by_path = {section.path: section for section in found.values()}
    for number, xml in enumerate(submissions, 1):
        root = etree.fromstring(xml)
        instance = next(e.text or "" for e in root.iter() if etree.QName(e).localname == "instanceID")
        _walk(root, form.root.path, instance, "", number, by_path, top)
    return list(found.values())


def _walk(
    node: etree._Element, path: str, key: str, above: str, parent: int, by_path: Mapping[str, Section], section: Section
) -> None:
    answers: dict[str, str] = {}
    section.rows.append((answers, key, above, parent))
    own = len(section.rows)
    counts: dict[str, int] = {}

    def go(element: etree._Element, at: str, name: str) -> None:
        for child in element:
            here, step = f"{at}/{etree.QName(child).localname}", etree.QName(child).localname
            if here in by_path:
                counts[here] = counts.get(here, 0) + 1
                _walk(child, here, f"{name}/{step}[{counts[here]}]", key, own, by_path, by_path[here])
            elif len(child):
                go(child, here, f"{name}/{step}")
            else:
                answers[here] = child.text or ""

    go(node, path, key)


# ---- ODK Central


def central_zip(
    target: Path, form: Form, submissions: Sequence[bytes], *, split: bool = False, group_paths: bool = True
) -> Path:
    """Everything as `submissions.csv.zip`: a CSV file per table, media in a folder; choices split on demand."""
    with zipfile.ZipFile(target, "w") as archive:
        for section in sections(form, submissions):
            name = form.id if section.parent is None else f"{form.id}-{section.name}"
            archive.writestr(f"{name}.csv", _central(form, section, split, group_paths))
        archive.writestr("media/1700000000000.jpg", b"\xff\xd8\xff")
    return target


def _central(form: Form, section: Section, split: bool, group_paths: bool) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    top = section.parent is None
    heads: list[str] = []
    for question in section.questions:
        below = question.path.removeprefix(section.path + "/")
        name = below.replace("/", "-") if group_paths else question.name
        heads += [f"{name}-{part}" for part in PARTS] if question.type == "geopoint" else [name]
        if split and question.shape == "choices":
            heads += [f"{name}/{choice.code}" for choice in question.choices]
    writer.writerow(["SubmissionDate", *heads, *CENTRAL_END] if top else [*heads, "PARENT_KEY", "KEY"])
    for answers, key, above, _parent in section.rows:
        cells: list[str] = []
        for question in section.questions:
            text = answers.get(question.path, "")
            cells += [*text.split(), "", "", "", ""][:4] if question.type == "geopoint" else [text]
            if split and question.shape == "choices":
                chosen = text.split()
                cells += [("1" if choice.code in chosen else "0") if chosen else "" for choice in question.choices]
        about = [key, "5", "Aizada", "0", "0", "", "approved", "", "0", form.version]
        writer.writerow([SENT, *cells, *about] if top else [*cells, above, key])
    return out.getvalue()


# ---- KoboToolbox


def kobo_tables(
    form: Form,
    submissions: Sequence[bytes],
    *,
    language: str | None = None,
    groups: bool = True,
    multiple: str = "both",
) -> dict[str, list[list[str]]]:
    """Sheet -> lines. `language` None: names and codes, else labels; `multiple`: both, summary, details."""
    found: dict[str, list[list[str]]] = {}
    for section in sections(form, submissions):
        heads = [head for q in section.questions for head in _heads(section, q, language, groups, multiple)]
        copied = KOBO_END if section.parent is None else []
        index = ["_index"]
        if section.parent is not None:
            index += ["_parent_table_name", "_parent_index", *(f"_submission_{name}" for name in KOBO_END)]
        lines = [[*heads, *copied, *index]]
        for number, (answers, key, _above, parent) in enumerate(section.rows, 1):
            cells = [c for q in section.questions for c in _cells(q, answers.get(q.path, ""), language, multiple)]
            uuid = key.removeprefix("uuid:").partition("/")[0]
            about = [str(100 + number), uuid, "2026-06-01T10:00:00", "", "", "submitted_via_web", "aizada", "vX7", ""]
            line = [*cells, *about, str(number)] if section.parent is None else [*cells, str(number)]
            if section.parent is not None:
                line += [section.parent.name, str(parent), *about]
            lines.append(line)
        if len(lines) > 1:
            found[_sheet_name(section.name)] = lines
    return found


def _sheet_name(name: str) -> str:
    return name if len(name) <= 31 else name[:28] + "..."


def _heads(section: Section, question: Question, language: str | None, groups: bool, multiple: str) -> list[str]:
    label = question.labels.get(language) or question.name if language is not None else question.name
    prefix = ""
    if groups and language is None:
        prefix = question.path.rpartition("/")[0].partition("/")[2].partition("/")[2]
        prefix = f"{prefix}/" if prefix else ""
    if question.type == "geopoint":
        return [prefix + label, *(f"{prefix}_{label}_{part}" for part in KOBO_PARTS)]
    if question.shape != "choices":
        return [prefix + label]
    single = [
        f"{prefix}{label}/{choice.labels.get(language) or choice.code if language is not None else choice.code}"
        for choice in question.choices
    ]
    return [*([prefix + label] if multiple != "details" else []), *(single if multiple != "summary" else [])]


def _cells(question: Question, text: str, language: str | None, multiple: str) -> list[str]:
    if question.type == "geopoint":
        return [text, *[*text.split(), "", "", "", ""][:4]]
    labels = (
        {choice.code: choice.labels.get(language) or choice.code for choice in question.choices} if language else {}
    )
    said = " ".join(labels.get(code, code) for code in text.split()) if question.choices else text
    if question.shape != "choices":
        return [said]
    single = [("1" if c.code in text.split() else "0") if text else "" for c in question.choices]
    return [*([said] if multiple != "details" else []), *(single if multiple != "summary" else [])]


def kobo_workbook(target: Path, tables: Mapping[str, list[list[str]]]) -> Path:
    """The tables as KoboToolbox writes .xlsx: everything is text."""
    book = Workbook()
    del book[book.sheetnames[0]]
    for name, lines in tables.items():
        sheet = book.create_sheet(name)
        for line in lines:
            sheet.append([cell or None for cell in line])
    book.save(target)
    return target


def kobo_csv(target: Path, tables: Mapping[str, list[list[str]]]) -> Path:
    """The first table as KoboToolbox writes CSV: semicolons, everything in quotes; repeats are left out."""
    lines = next(iter(tables.values()))
    with target.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out, delimiter=";", quoting=csv.QUOTE_ALL).writerows(lines)
    return target


# ---- ODK Briefcase and ODK Aggregate

MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def medium(kind: str, text: str) -> str:
    """A date, time or moment as Java spells it in English, in the time zone of this computer."""
    if not text or kind not in ("date", "time", "datetime"):
        return text
    if kind == "date":
        day = date.fromisoformat(text)
        return f"{MONTHS[day.month - 1]} {day.day}, {day.year}"
    if kind == "time":
        return _clock(time.fromisoformat(text))
    moment = datetime.fromisoformat(text).astimezone()
    return f"{MONTHS[moment.month - 1]} {moment.day}, {moment.year} {_clock(moment.time())}"


def _clock(at: time) -> str:
    return f"{at.hour % 12 or 12}:{at:%M:%S} {'AM' if at.hour < 12 else 'PM'}"


def briefcase_folder(folder: Path, form: Form, submissions: Sequence[bytes]) -> Path:
    """A CSV file per table, beside each other, as ODK Briefcase exports; the one of the form."""
    found = sections(form, submissions)
    for section in found:
        name = form.id if section.parent is None else f"{form.id}-{section.name}"
        (folder / f"{name}.csv").write_text(_briefcase(section, found), encoding="utf-8")
    return folder / f"{form.id}.csv"


def _briefcase(section: Section, found: Sequence[Section]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    top = section.parent is None
    heads: list[str] = []
    for question in section.questions:
        name = question.path.removeprefix(section.path + "/").replace("/", "-")
        heads += [f"{name}-{part}" for part in PARTS] if question.type == "geopoint" else [name]
    sets = [f"SET-OF-{inner.name}" for inner in found if inner.parent is section]
    writer.writerow(
        ["SubmissionDate", *heads, *sets, "KEY"]
        if top
        else [*heads, *sets, "PARENT_KEY", "KEY", f"SET-OF-{section.name}"]
    )
    for answers, key, above, _parent in section.rows:
        cells: list[str] = []
        for question in section.questions:
            text = medium(question.kind, answers.get(question.path, ""))
            cells += [*text.split(), "", "", "", ""][:4] if question.type == "geopoint" else [text]
        cells += [f"{key}/{name.removeprefix('SET-OF-')}" for name in sets]
        sent = medium("datetime", SENT)
        writer.writerow([sent, *cells, key] if top else [*cells, above, key, key.rpartition("[")[0]])
    return out.getvalue()


def aggregate_csv(target: Path, form: Form, submissions: Sequence[bytes]) -> Path:
    """The interviews without their repeats as ODK Aggregate exports: colons, everything in quotes, `null` for none."""
    top = sections(form, submissions)[0]
    heads: list[str] = []
    for question in top.questions:
        name = question.path.removeprefix(top.path + "/").replace("/", ":")
        heads += [f"{name}:{part}" for part in PARTS] if question.type == "geopoint" else [name]
    about = ["*meta-instance-id*", "*meta-model-version*", "*meta-submission-date*", "*meta-is-complete*"]
    lines = [[*about, *heads]]
    for answers, key, _above, _parent in top.rows:
        cells: list[str] = []
        for question in top.questions:
            text = _mailed(question.kind, answers.get(question.path, ""))
            cells += [*text.split(), "", "", "", ""][:4] if question.type == "geopoint" else [text]
        line = [key, "", _mailed("datetime", SENT), "true", *cells]
        lines.append([cell or "null" for cell in line])
    with target.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out, quoting=csv.QUOTE_ALL).writerows(lines)
    return target


def _mailed(kind: str, text: str) -> str:
    if not text or kind not in ("date", "datetime"):
        return text.partition(".")[0] if kind == "time" else text
    moment = datetime.fromisoformat(text)
    moment = moment.astimezone(UTC) if kind == "datetime" else moment.replace(tzinfo=UTC)
    return f"{moment:%a}, {moment.day} {MONTHS[moment.month - 1]} {moment:%Y %H:%M:%S} GMT"
