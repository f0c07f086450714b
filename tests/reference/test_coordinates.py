"""Places as people write them all come to the same place; what is none is said to be none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cami_survey.base.errors import UserError
from cami_survey.reference import coordinates
from cami_survey.reference.coordinates import Place, area, crosses_itself, distance, length
from cami_survey.reference.notations import read_place, read_places

LATITUDE, LONGITUDE = 41.2044, 74.7661


@pytest.mark.parametrize(
    "words",
    [
        "41.2044 74.7661",
        "41.2044, 74.7661",
        "41.2044,74.7661",
        "41.2044; 74.7661",
        "41,2044 74,7661",
        "41,2044; 74,7661",
        "41,2044, 74,7661",
        "  41.2044°, 74.7661° ",
        "41.2044 74.7661 2010 5",
        "41.2044°N 74.7661°E",
        "N 41.2044 E 74.7661",
        "74.7661 E, 41.2044 N",
        "41,2044° с.ш. 74,7661° в.д.",
        "С 41.2044 В 74.7661",
        "41.2044 с. ш., 74.7661 в. д.",
        "41.2044 north, 74.7661 east",
        "Lat: 41.2044, Lon: 74.7661",
        "широта 41.2044 долгота 74.7661",
        "41°12'15.84\"N 74°45'57.96\"E",
        "41° 12′ 15.84″ N, 74° 45′ 57.96″ E",
        "N41°12'15.84\" E74°45'57.96\"",
        "41º12’15,84” с.ш. 74º45’57,96” в.д.",
        "41 12 15.84 N 74 45 57.96 E",
        "41 12 15.84 74 45 57.96",
        "41°12'15.84'' 74°45'57.96''",
        "N 41° 12.264' E 074° 45.966'",
        "41 12.264 N, 74 45.966 E",
        "۴۱٫۲۰۴۴، ۷۴٫۷۶۶۱",
        "४१.२०४४ ७४.७६६१",
        "https://www.google.com/maps/@41.2044,74.7661,12z",
        "https://www.google.com/maps/place/Naryn/@41.4,75.9,10z/data=!3m1!4b1!8m2!3d41.2044!4d74.7661",
        "https://maps.google.com/?q=41.2044,74.7661",
        "https://www.google.com/maps/search/?api=1&query=41.2044%2C74.7661",
        "https://www.openstreetmap.org/#map=12/41.2044/74.7661",
        "https://www.openstreetmap.org/?mlat=41.2044&mlon=74.7661#map=5/40/70",
        "https://yandex.com/maps/?ll=74.7661%2C41.2044&z=12",
        "geo:41.2044,74.7661;u=35",
    ],
)
def test_every_usual_notation_is_the_same_place(words: str) -> None:
    place = read_place(words)
    assert place.latitude == pytest.approx(LATITUDE, abs=1e-6)
    assert place.longitude == pytest.approx(LONGITUDE, abs=1e-6)


@pytest.mark.parametrize(
    ("words", "latitude", "longitude"),
    [
        ("33°55'S 18°25'E", -33.916667, 18.416667),
        ("ю.ш. 33.9 з.д. 18.4", -33.9, -18.4),
        ("-33.9, -18.4", -33.9, -18.4),
        ("-0°30'00\" 10°00'00\"", -0.5, 10.0),
        ("0 0", 0.0, 0.0),
        ("31U 448251 5411943", 48.85820, 2.29450),
        ("31UDQ4825111943", 48.85820, 2.29450),
        ("31U DQ 48251 11943", 48.85820, 2.29450),
        ("43T 480403 4561469", 41.2044, 74.7661),
        ("56H LH 34900 52288", -33.8568, 151.2153),
    ],
)
def test_quarters_and_grids(words: str, latitude: float, longitude: float) -> None:
    place = read_place(words)
    assert place.latitude == pytest.approx(latitude, abs=2e-4)
    assert place.longitude == pytest.approx(longitude, abs=2e-4)


@pytest.mark.parametrize(
    "words",
    [
        "",
        " ",
        "near the river",
        "41.2",
        "41 N 74 N",
        "12 34 56 78 90",
        "41°75'N 74°00'E",
        "N",
        "41.2044 74.7661 E N",
        "99Z 500000 4500000",
        "43TII1234512345",
        "https://example.org/",
        "https://maps.app.goo.gl/abc",
        "🐪 🐪",
    ],
)
def test_what_is_no_place_is_said_to_be_none(words: str) -> None:
    with pytest.raises(UserError) as told:
        read_place(words)
    assert told.value.code == "place.unreadable"


@pytest.mark.parametrize(("words", "code"), [("95, 20", "place.latitude"), ("20, 195", "place.longitude")])
def test_places_beyond_the_earth_are_told_apart(words: str, code: str) -> None:
    with pytest.raises(UserError) as told:
        read_place(words)
    assert told.value.code == code


def test_altitude_and_accuracy_are_kept_and_written_as_odk_does() -> None:
    assert read_place("41.2044 74.7661 2010.5 4").lexical == "41.2044 74.7661 2010.5 4.0"
    assert Place(-0.0, 10).lexical == "0.0 10.0 0.0 0.0"


def test_a_trace_is_read_line_by_line_and_back() -> None:
    places = read_places("41.1, 74.1\n41.2, 74.2;41.3 74.3\n")
    assert coordinates.lexical(places) == "41.1 74.1 0.0 0.0; 41.2 74.2 0.0 0.0; 41.3 74.3 0.0 0.0"
    assert coordinates.stored(coordinates.lexical(places)) == places
    assert coordinates.stored("nonsense; 41 74; 99 99 9 9") == [Place(41, 74)]


def test_measures() -> None:
    one, other = Place(0, 0), Place(0, 1)
    assert distance(one, other) == pytest.approx(111_195, rel=1e-4)
    assert length([one, other, one]) == pytest.approx(2 * 111_195, rel=1e-4)
    square = [Place(0, 0), Place(0, 1), Place(1, 1), Place(1, 0)]
    assert area(square) == pytest.approx(12_363_718_145, rel=1e-3)
    assert area(square[::-1]) == pytest.approx(area(square))
    assert not crosses_itself(square)
    assert crosses_itself([square[0], square[2], square[1], square[3]])


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_what_is_written_is_read_again(latitude: float, longitude: float) -> None:
    place = Place(round(latitude, 6), round(longitude, 6))
    [read] = coordinates.stored(place.lexical)
    assert read == pytest.approx(place)
    assert read_place(place.lexical) == pytest.approx(place)


@given(st.text(max_size=60))
def test_no_text_breaks_the_reader(words: str) -> None:
    try:
        place = read_place(words)
    except UserError:
        return
    assert abs(place.latitude) <= 90


@given(st.text(alphabet="0123456789°'\"NSEW.,; -СЮВЗш", max_size=40))
def test_nothing_like_a_place_breaks_the_reader(words: str) -> None:
    test_no_text_breaks_the_reader.hypothesis.inner_test(words)  # type: ignore[attr-defined]
