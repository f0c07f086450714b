"""A form that was read once is opened from what was kept of it, and is the same form; otherwise it is read in full."""

from __future__ import annotations

import random

import orjson
import pytest

from cami_survey.base.places import shipped
from cami_survey.base.texts import set_language
from cami_survey.engine.api import Form, FormError, load_form
from cami_survey.engine.compiled import cache
from cami_survey.engine.compiled.restoring import CompiledForm
from cami_survey.engine.compiled.writing import flattened
from tests.fuzz.good import FORMS, MORNING

from .conftest import xform
from .interviewer import Interviewer

LISTED = xform(
    "<place/><name/>",
    "<bind nodeset='/data/name' calculate=\"instance('places')/root/item[name = /data/place]/label\"/>",
    "<select1 ref='/data/place'><label>Where?</label><itemset nodeset=\"instance('places')/root/item\">"
    "<value ref='name'/><label ref='label'/></itemset></select1>",
    more="<instance id='places' src='jr://file-csv/places.csv'/>",
)
TABLE = {"places.csv": b"name,label\na,Camp\nb,Well\n"}
BY_CHANCE = ("[k", "/meta/", "/data/seen")
WORKBOOKS = sorted(shipped("forms").glob("*.xlsx"))


def clock():
    return MORNING


def plain(form: Form) -> dict:
    """The form as data; what depends on one node stands in no order."""
    sections = flattened(form)
    sections["edges"] = [sorted(map(str, edges)) for edges in sections["edges"]]
    return orjson.loads(orjson.dumps(sections))


def sources():
    yield from (pytest.param(content, {}, id=name) for name, content in FORMS.items())
    yield pytest.param(LISTED, TABLE, id="with a file")
    yield from (pytest.param(path, {}, id=path.stem) for path in WORKBOOKS[:3])


def both(source, media, folder) -> tuple[Form, Form]:
    """The form as it is read, and as it is opened the second time."""
    if not isinstance(source, bytes):
        form = load_form(source)
        source, media = form.xml, {path.name: path for path in source.parent.glob("*.csv")}
    read = load_form(source, media=media, compiled=folder)
    opened = load_form(source, media=media, compiled=folder)
    assert not isinstance(read, CompiledForm)
    assert isinstance(opened, CompiledForm)
    return read, opened


@pytest.mark.parametrize(("source", "media"), list(sources()))
def test_the_second_time_the_form_is_the_same(source, media, tmp_path):
    read, opened = both(source, media, tmp_path)
    assert plain(opened) == plain(read)
    assert (opened.id, opened.title, opened.languages, opened.questions) == (
        read.id,
        read.title,
        read.languages,
        read.questions,
    )
    assert opened.warnings == read.warnings
    assert opened.drafts == read.drafts


@pytest.mark.parametrize(("source", "media"), list(sources()))
def test_the_second_time_an_interview_goes_the_same_way(source, media, tmp_path):
    filled = []
    for form in both(source, media, tmp_path):
        interviewer = Interviewer(form.open(clock=clock), random.Random(3), most_questions=60)
        interviewer.fill()
        shown = [(node.ref, node.label, node.relevant) for node in interviewer.session.top.children]
        answers = interviewer.session.values().items()
        values = {field: text for field, text in answers if not any(part in field for part in BY_CHANCE)}
        filled.append((values, shown, [problem.message for problem in interviewer.session.problems()]))
    assert filled[0] == filled[1]


def kept(folder):
    return list(folder.glob("*.form"))


def test_what_is_damaged_is_read_in_full_and_kept_again(tmp_path):
    both(LISTED, TABLE, tmp_path)
    (path,) = kept(tmp_path)
    good = path.read_bytes()
    for place in (0, 20, len(good) // 2, len(good) - 1):
        path.write_bytes(good[:place] + bytes([good[place] ^ 1]) + good[place + 1 :])
        both(LISTED, TABLE, tmp_path)
    for cut in (b"", good[:5], good[:-1]):
        path.write_bytes(cut)
        both(LISTED, TABLE, tmp_path)


def test_what_another_program_made_is_not_opened(tmp_path, monkeypatch):
    both(LISTED, TABLE, tmp_path)
    monkeypatch.setattr(cache, "maker", lambda: b"another")
    assert not isinstance(load_form(LISTED, media=TABLE, compiled=tmp_path), CompiledForm)


def test_a_form_under_the_name_of_another_is_not_opened(tmp_path):
    both(LISTED, TABLE, tmp_path)
    (one,) = kept(tmp_path)
    both(FORMS["typed"], {}, tmp_path)
    other = next(path for path in kept(tmp_path) if path != one)
    other.write_bytes(one.read_bytes())
    assert load_form(FORMS["typed"], media={}, compiled=tmp_path).root.by_name.keys() >= {"camp", "when"}


def test_nobody_reads_a_form_in_what_is_kept_of_it(tmp_path):
    both(FORMS["typed"], {}, tmp_path)
    (path,) = kept(tmp_path)
    assert b"count-selected" not in path.read_bytes()
    assert b"Camp" not in path.read_bytes()


def test_a_file_that_comes_or_goes_is_noticed(tmp_path):
    assert load_form(LISTED, media={}, compiled=tmp_path).warnings
    assert load_form(LISTED, media={}, compiled=tmp_path).warnings
    with_file = load_form(LISTED, media=TABLE, compiled=tmp_path)
    assert not with_file.warnings
    assert [choice.value for choice in with_file.open().node("/data/place").choices] == ["a", "b"]
    changed = {"places.csv": b"name,label\nc,Spring\n"}
    other = load_form(LISTED, media=changed, compiled=tmp_path)
    assert isinstance(load_form(LISTED, media=changed, compiled=tmp_path), CompiledForm)
    assert [choice.label for choice in other.open().node("/data/place").choices] == ["Spring"]
    assert load_form(LISTED, media={}, compiled=tmp_path).warnings


def test_what_was_noticed_of_a_file_is_said_until_it_is_mended(tmp_path):
    wrong, right = {"places.csv": b"code,label\nc,Spring\n"}, {"places.csv": b"name,label\nc,Spring\n"}
    for media, said in ((wrong, True), (wrong, True), (right, False), (right, False), (wrong, True)):
        assert bool(load_form(LISTED, media=media, compiled=tmp_path).warnings) is said


def test_a_file_that_is_broken_since_is_refused_at_once(tmp_path):
    both(LISTED, TABLE, tmp_path)
    with pytest.raises(FormError, match="cannot be read"):
        load_form(LISTED, media={"places.csv": b"<root><item>"}, compiled=tmp_path)
    assert load_form(LISTED, media=TABLE, compiled=tmp_path).open().node("/data/place").choices


def test_what_was_noticed_is_said_in_the_language_of_the_program(tmp_path):
    english = load_form(LISTED, media={}, compiled=tmp_path).warnings
    set_language("ru")
    try:
        russian = load_form(LISTED, media={}, compiled=tmp_path).warnings
    finally:
        set_language("en")
    assert russian == load_form_in("ru").warnings
    assert load_form(LISTED, media={}, compiled=tmp_path).warnings == english


def load_form_in(language: str) -> Form:
    set_language(language)
    try:
        return load_form(LISTED, media={})
    finally:
        set_language("en")


def test_the_oldest_make_room(tmp_path, monkeypatch):
    monkeypatch.setattr(cache, "MOST_FILES", 3)
    for number in range(5):
        load_form(xform(f"<q{number}/>", "", f"<input ref='/data/q{number}'/>"), compiled=tmp_path)
    assert len(kept(tmp_path)) == 3


def test_where_nothing_can_be_kept_a_form_is_read(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    assert load_form(LISTED, media=TABLE, compiled=tmp_path / "file" / "below").id
