"""The catalogues: every text of the program is in every language, with its places for names and its plural forms."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from string import Formatter
from unicodedata import bidirectional

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import PoFileError

from cami_survey.base import texts
from cami_survey.base.places import shipped
from cami_survey.base.settings import Settings
from cami_survey.cli import catalogues

LANGUAGES = ("fa", "kk", "ky", "mn", "ru", "tg", "uz")
PLURALS = {
    "ru": {1: "1 новое интервью", 2: "2 новых интервью", 5: "5 новых интервью", 11: "11 новых интервью"},
    "fa": {1: "1 مصاحبهٔ جدید", 2: "2 مصاحبهٔ جدید"},
    "ky": {1: "1 жаңы интервью", 5: "5 жаңы интервью"},
    "kk": {1: "1 жаңа сұхбат", 5: "5 жаңа сұхбат"},
    "tg": {1: "1 мусоҳибаи нав", 5: "5 мусоҳибаи нав"},
    "uz": {1: "1 ta yangi intervyu", 5: "5 ta yangi intervyu"},
    "mn": {1: "1 шинэ ярилцлага", 5: "5 шинэ ярилцлага"},
}
NUMBERS = ("n", "count", "number", "done", "answered", "fewest", "size", "when", "day")
RIGHT_TO_LEFT_MARK, LEFT_TO_RIGHT_MARK = "\u200f", "\u200e"


@pytest.fixture
def fresh(program_texts: Catalog) -> Catalog:
    return program_texts


@pytest.fixture(scope="module", params=LANGUAGES)
def path(request: pytest.FixtureRequest) -> Path:
    return catalogues.place_of(request.param)


@pytest.fixture(scope="module")
def catalogue(path: Path) -> Catalog:
    return catalogues.read(path)


def forms(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string)


def places(text: str) -> Counter[str]:
    """Names in braces; a text that only shows braces, such as JSON, has none."""
    try:
        return Counter(name for _text, name, _form, _conversion in Formatter().parse(text) if name is not None)
    except ValueError:
        return Counter()


def test_a_catalogue_holds_the_texts_of_the_program_and_no_others(
    path: Path, catalogue: Catalog, fresh: Catalog
) -> None:
    wanted, there = ({catalogues.source_of(message) for message in one if message.id} for one in (fresh, catalogue))
    advice = "run `python3 make.py catalogues`, then translate what it lists"
    assert not wanted - there, f"{path.parent.parent.name} lacks {sorted(wanted - there)}: {advice}"
    assert not there - wanted, f"{path.parent.parent.name} still has {sorted(there - wanted)}: {advice}"


def test_what_is_not_translated_is_listed() -> None:
    listed = (shipped("translations") / catalogues.MISSING).read_text("utf-8")
    assert listed == catalogues.missing(), "run `python3 make.py catalogues`, then translate what it lists"


def test_what_counts_has_every_plural_form(catalogue: Catalog, fresh: Catalog) -> None:
    for message in catalogue:
        if message.id:
            source = fresh.get(message.id)
            assert source is not None
            assert message.pluralizable == source.pluralizable
            assert len(forms(message)) == (catalogue.num_plurals if message.pluralizable else 1), message.id
            assert all(forms(message)) or not any(forms(message)), f"half translated: {message.id}"


def test_a_translation_has_the_same_places_for_names(catalogue: Catalog) -> None:
    """The first form stands for one alone in Persian, but for 21 in Russian too: there it needs what the plural has."""
    for message in catalogue:
        one, *several = [message.id] if isinstance(message.id, str) else message.id
        many = several[-1] if several else one
        first_is_one_alone = catalogue.plural_expr == "(n > 1)"
        for index, form in enumerate(filter(None, forms(message)) if message.id else ()):
            allowed = [places(many), places(one)] if first_is_one_alone and index == 0 else [places(many)]
            assert places(form) in allowed, f"{many!r}: {form!r}"


def test_a_translation_begins_and_ends_with_the_same_space(catalogue: Catalog) -> None:
    for message in catalogue:
        for form in filter(None, forms(message)) if message.id else ():
            source = catalogues.source_of(message)
            assert (form[:1].isspace(), form[-1:].isspace()) == (source[:1].isspace(), source[-1:].isspace()), form


def test_persian_is_written_with_persian_letters() -> None:
    """Arabic kaf and yeh look alike and are not found by a search."""
    for message in catalogues.read(catalogues.place_of("fa")):
        for form in forms(message) if message.id else ():
            assert not set(form) & set("كيى٠١٢٣٤٥٦٧٨٩"), form


@pytest.mark.parametrize("language", LANGUAGES)
def test_numbers_choose_the_form_of_the_language(language: str) -> None:
    texts.set_language(language)
    for number, words in PLURALS[language].items():
        assert texts.ngettext("{n} new interview", "{n} new interviews", number).format(n=number) == words


def test_the_program_offers_the_languages_that_are_translated() -> None:
    advice = "compile the catalogues: `python3 make.py catalogues`"
    assert texts.languages() == [Settings().language, *LANGUAGES], advice
    assert {path.parent.parent.name for path in catalogues.catalogues()} == set(LANGUAGES)


def test_a_refresh_changes_nothing_when_nothing_changed(path: Path, fresh: Catalog, tmp_path: Path) -> None:
    copy = tmp_path / path.parent.parent.name / "LC_MESSAGES" / path.name
    copy.parent.mkdir(parents=True)
    copy.write_bytes(path.read_bytes())
    catalogues.update(copy, fresh)
    once = copy.read_bytes()
    catalogues.update(copy, fresh)
    assert copy.read_bytes() == once


def test_a_refresh_never_guesses(fresh: Catalog, tmp_path: Path) -> None:
    copy = tmp_path / "ru" / "LC_MESSAGES" / "cami_survey.po"
    catalogues.update(copy, fresh)
    old = catalogues.read(copy)
    old.delete("Close")
    old.add("Closed", string="Закрыто")
    catalogues.write(old, copy)
    refreshed = catalogues.update(copy, fresh)
    assert "Closed" not in refreshed
    assert "Closed" not in copy.read_text("utf-8")
    close = refreshed.get("Close")
    assert close is not None
    assert not close.string
    assert close in list(catalogues.untranslated(refreshed))


def test_a_file_that_is_no_catalogue_is_refused_with_the_line(tmp_path: Path) -> None:
    broken = tmp_path / "ru" / "LC_MESSAGES" / "cami_survey.po"
    broken.parent.mkdir(parents=True)
    broken.write_text('msgid "Close"\nnothing\n', "utf-8")
    with pytest.raises(PoFileError, match="on 1"):
        catalogues.read(broken)


def first_strong(text: str) -> str:
    """The first character with a direction; names are taken for Latin ones, numbers have no direction."""
    for name in places(text):
        text = text.replace(f"{{{name}}}", "" if name in NUMBERS else "a")
    return next((letter for letter in text if bidirectional(letter) in {"L", "R", "AL"}), "")


def test_a_persian_sentence_runs_from_right_to_left_whatever_it_begins_with() -> None:
    for message in catalogues.read(catalogues.place_of("fa")):
        for form in forms(message) if message.id else ():
            if any(bidirectional(letter) == "AL" for letter in form):
                assert bidirectional(first_strong(form)) in {"R", "AL"}, f"put U+200F or a Persian word first: {form!r}"


@pytest.mark.parametrize("name", ["fingerprint", "path", "folder", "field", "ref"])
def test_what_begins_with_a_digit_or_a_slash_keeps_its_order_in_persian(name: str) -> None:
    place = f"{{{name}}}"
    found = [
        form
        for message in catalogues.read(catalogues.place_of("fa"))
        for form in (forms(message) if message.id else ())
        if place in form
    ]
    assert found
    for form in found:
        assert LEFT_TO_RIGHT_MARK + place + LEFT_TO_RIGHT_MARK in form, f"put U+200E around {place}: {form!r}"


def test_the_glossary_has_every_term_in_every_language() -> None:
    lines = (shipped("translations") / "GLOSSARY.md").read_text("utf-8").splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| ")]
    heads = [at for at, row in enumerate(rows) if row[0] == "English"]
    first, second = rows[1 : heads[1]], rows[heads[1] + 1 :]
    assert [row for row in first if not all(row[:3])] == []
    assert [row for row in second if not all(row)] == []
    assert {row[0] for row in first} == {row[0] for row in second}
    assert {"gap (in conservation)", "measure", "range state", "finish"} <= {row[0] for row in first}
