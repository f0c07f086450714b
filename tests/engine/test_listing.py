"""The lists of choices of a form: read, and written back with choices that come, go and are called otherwise."""

from __future__ import annotations

from dataclasses import replace

from cami_survey.engine.api import Form, Listed, load_form, read_lists, write_lists

FORM = b"""
| survey |
| | type | name | label::English (en) | label::Kyrgyz (ky) |
| | select_one beast | seen | Which? | Kaysy? |
| | select_one camp | camp | Where? | Kayda? |
| choices |
| | list_name | name | label::English (en) | label::Kyrgyz (ky) | image::English (en) | valley |
| | beast | argali | Argali | Arkar | argali.png | |
| | beast | ibex | Ibex | Too eche | ibex.png | |
| settings |
| | form_id | default_language |
| | beasts | English (en) |
"""
PLAIN = b"""
| survey |
| | type | name | label |
| | select_one beast | seen | Which? |
| | select_one camp | camp | Where? |
| choices |
| | list_name | name | label | valley |
| | beast | argali | Argali | |
| | beast | ibex | Ibex | |
| | camp | c1 | First | upper |
"""


def choices(form: Form, language: str = "") -> list[tuple[str, str]]:
    (node,) = (node for node in form.nodes if node.name == "seen")
    return [(choice.value, choice.label) for choice in node.choices(language or None)]


def markdown(text: bytes) -> Form:
    return load_form(text, media={"argali.png": b"", "ibex.png": b""})


def test_choices_come_and_go_in_every_language_and_the_form_still_loads() -> None:
    form = markdown(FORM.replace(b"| | select_one camp | camp | Where? | Kayda? |\n", b"").replace(b" valley |", b""))
    (beasts,) = read_lists(form.xml).values()
    assert beasts[0] == Listed("argali", {"English (en)": "Argali", "Kyrgyz (ky)": "Arkar"})
    wolf = Listed("wolf", {"English (en)": "Wolf", "Kyrgyz (ky)": "Karyshkyr"})
    made = [replace(beasts[0], retired=True), wolf, replace(beasts[1], labels={"English (en)": "Siberian ibex"})]
    after = load_form(write_lists(form.xml, {"beast": made}), media={"argali.png": b"", "ibex.png": b""})
    assert choices(after) == [("argali", "Argali"), ("wolf", "Wolf"), ("ibex", "Siberian ibex")]
    assert choices(after, "Kyrgyz (ky)") == [("argali", "Arkar"), ("wolf", "Karyshkyr"), ("ibex", "Too eche")]
    assert after.xml.count(b"ibex.png") == 1, "a picture stays"
    assert [item.retired for item in read_lists(after.xml)["beast"]] == [True, False, False]
    back = write_lists(after.xml, {"beast": [replace(item, retired=False) for item in read_lists(after.xml)["beast"]]})
    assert not any(item.retired for item in read_lists(back)["beast"])


def test_a_form_without_languages_has_its_words_in_the_list() -> None:
    form = load_form(PLAIN)
    beasts = read_lists(form.xml)["beast"]
    assert beasts[0] == Listed("argali", {"": "Argali"})
    made = [*beasts, Listed("wolf", {"": "Wolf"})]
    assert choices(load_form(write_lists(form.xml, {"beast": made})))[-1] == ("wolf", "Wolf")


def test_a_list_with_a_column_of_its_own_is_left_alone() -> None:
    form = load_form(PLAIN)
    assert "camp" not in read_lists(form.xml)
    assert read_lists(write_lists(form.xml, {"camp": [Listed("c2", {"": "Second"})]})) == read_lists(form.xml)
