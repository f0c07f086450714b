"""Places, lines and areas: written, pasted, put on the map with mouse and keys; a choice among places."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from cami_survey.engine.api import Form, load_form
from cami_survey.operations import maps
from cami_survey.reference import coordinates
from cami_survey.reference.coordinates import Place
from cami_survey.ui import feedback, theme
from cami_survey.ui.interview.answers.map_choice import MapChoiceAnswer
from cami_survey.ui.interview.answers.places import PlacesAnswer, nearest_town, sexagesimal
from cami_survey.ui.interview.answers.places_map import PlacesMap
from cami_survey.ui.interview.block import QuestionBlock
from cami_survey.ui.map import foot
from tests.store.tile_maps import tile_map
from tests.ui.interview.conftest import Open, Running

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
Key = Qt.Key
CAMP, SEEN, ROUTE, PASTURE, WELL, WELLS = (
    f"/data/places/{name}" for name in ("camp", "seen", "route", "pasture", "well", "wells")
)


@pytest.fixture(scope="session")
def places_form() -> Form:
    return load_form(Path(__file__).with_name("files.md"), media={})


@pytest.fixture
def run(open_form: Open, places_form: Form) -> Running:
    return open_form(places_form)


def block(run: Running, ref: str) -> QuestionBlock:
    found = run.block(ref)
    assert isinstance(found, QuestionBlock)
    return found


def places(run: Running, ref: str) -> PlacesAnswer:
    run.go_to(ref)
    found = block(run, ref).answer
    assert isinstance(found, PlacesAnswer)
    return found


def open_map(held: PlacesAnswer) -> PlacesMap:
    if held.map is None:
        held.turn_map()
    QApplication.processEvents()
    assert held.map is not None
    return held.map


def click(on: QWidget, x: int, y: int, button: Qt.MouseButton = Qt.MouseButton.LeftButton) -> None:
    QTest.mouseClick(on, button, pos=QPoint(x, y))
    QApplication.processEvents()


def stored(run: Running, ref: str) -> list[Place]:
    return coordinates.stored(run.value(ref))


# Written


@pytest.mark.parametrize(
    "words",
    [
        "41.2044, 74.7661",
        "41,2044 74,7661",
        "С 41.2044 В 74.7661",
        "41°12'15.84\"N 74°45'57.96\"E",
        "https://www.openstreetmap.org/#map=12/41.2044/74.7661",
        "۴۱٫۲۰۴۴، ۷۴٫۷۶۶۱",
    ],
)
def test_a_place_is_typed_in_any_usual_notation(run: Running, words: str) -> None:
    held = places(run, CAMP)
    run.type(words)
    run.press(Key.Key_Return)
    [place] = stored(run, CAMP)
    assert (place.latitude, place.longitude) == (pytest.approx(41.2044), pytest.approx(74.7661))
    assert run.here() == SEEN
    assert held.edit.text() == "41.2044, 74.7661"
    assert "Bishkek" in held.summary()


@pytest.mark.parametrize(
    ("nonsense", "words"), [("near the river", "cannot be read"), ("95, 20", "latitude"), ("1 2; 3 4", "Several")]
)
def test_nonsense_is_said_and_the_last_place_stands(run: Running, nonsense: str, words: str) -> None:
    places(run, CAMP)
    run.type("41.2, 74.7")
    run.press(Key.Key_Tab)
    run.go_to(CAMP)
    run.clear()
    run.paste(nonsense)
    run.press(Key.Key_Tab)
    assert words in block(run, CAMP).message.words
    assert run.value(CAMP) == "41.2 74.7 0.0 0.0"


def test_a_place_is_cleared_by_an_empty_line_or_the_button_and_comes_back(run: Running) -> None:
    held = places(run, CAMP)
    run.type("41.2, 74.7")
    run.press(Key.Key_Tab)
    run.go_to(CAMP)
    run.clear()
    run.press(Key.Key_Tab)
    assert run.value(CAMP) == ""
    run.click(held.undo)
    assert run.value(CAMP) == "41.2 74.7 0.0 0.0"
    run.click(held.wipe)
    assert run.value(CAMP) == ""


def test_what_is_being_written_is_not_lost_when_the_interview_is_left(run: Running) -> None:
    held = places(run, CAMP)
    run.type("41.2 74.7")
    run.page.questions.flush()
    assert run.focus() is held.edit
    assert held.edit.text() == "41.2 74.7"
    assert run.node(CAMP).text_value == "41.2 74.7 0.0 0.0"
    run.type(" m")
    run.press(Key.Key_Return)
    assert run.value(CAMP) == ""
    assert "cannot be read" in block(run, CAMP).message.words


def test_altitude_and_accuracy_of_a_receiver_are_kept(run: Running) -> None:
    places(run, CAMP)
    run.paste("41.2044 74.7661 2010 4.5")
    run.press(Key.Key_Return)
    assert run.value(CAMP) == "41.2044 74.7661 2010.0 4.5"


def test_a_line_is_pasted_from_a_list(run: Running) -> None:
    held = places(run, ROUTE)
    run.paste("41.4, 75.9\n41.2, 75.8\n")
    run.press(Key.Key_Tab)
    assert run.value(ROUTE) == "41.4 75.9 0.0 0.0; 41.2 75.8 0.0 0.0"
    assert "2 points" in held.summary()
    assert "23.8 km" in held.summary()


def test_an_area_is_closed_and_one_that_crosses_itself_is_kept_and_told(run: Running) -> None:
    held = places(run, PASTURE)
    run.paste("41.0 75.0; 41.0 75.2; 41.2 75.2; 41.2 75.0")
    run.press(Key.Key_Tab)
    corners = ["41.0 75.0", "41.0 75.2", "41.2 75.2", "41.2 75.0", "41.0 75.0"]
    assert run.value(PASTURE) == "; ".join(f"{corner} 0.0 0.0" for corner in corners)
    assert "km²" in held.summary()
    run.go_to(PASTURE)
    run.clear()
    run.paste("41.0 75.0; 41.2 75.2; 41.0 75.2; 41.2 75.0")
    run.press(Key.Key_Tab)
    assert "crosses itself" in block(run, PASTURE).message.words
    assert len(stored(run, PASTURE)) == 5


def test_too_few_points_are_kept_and_stand_in_the_way_until_there_are_more(run: Running) -> None:
    held = places(run, ROUTE)
    run.paste("41.0 75.0")
    run.press(Key.Key_Tab)
    assert "two points" in block(run, ROUTE).message.words
    assert run.value(ROUTE) == "41.0 75.0 0.0 0.0"
    run.go_to(CAMP)
    assert "two points" in block(run, ROUTE).message.words
    assert [(one.ref, one.condition) for one in run.page.interview.session.problems()] == [(ROUTE, "unfinished")]
    run.go_to(ROUTE)
    assert held.edit.text() == "41, 75"
    run.press(Key.Key_End)
    run.type("; 41.1 75.1")
    run.go_to(CAMP)
    assert block(run, ROUTE).message.words == ""
    assert len(run.page.interview.session.problems()) == 0


# On the map


def test_a_placement_map_is_open_and_a_click_puts_the_place(run: Running) -> None:
    held = places(run, SEEN)
    shown = held.map
    assert shown is not None
    wanted = shown.place(QPointF(200, 120))
    click(shown, 200, 120)
    assert stored(run, SEEN) == [wanted]
    click(shown, 260, 150)
    assert len(stored(run, SEEN)) == 1
    click(shown, *shown.at(stored(run, SEEN)[0]).toPoint().toTuple(), Qt.MouseButton.RightButton)
    assert run.value(SEEN) == ""


def test_points_of_a_line_are_added_moved_and_taken_away_by_the_mouse(run: Running) -> None:
    shown = open_map(places(run, ROUTE))
    for x in (100, 200, 300):
        click(shown, x, 100)
    assert len(stored(run, ROUTE)) == 3
    QTest.mousePress(shown, Qt.MouseButton.LeftButton, pos=QPoint(200, 100))
    QTest.mouseMove(shown, QPoint(220, 180))
    QTest.mouseRelease(shown, Qt.MouseButton.LeftButton, pos=QPoint(220, 180))
    assert stored(run, ROUTE)[1] == shown.place(QPointF(220, 180))
    click(shown, 300, 100, Qt.MouseButton.RightButton)
    assert len(stored(run, ROUTE)) == 2
    run.press(Key.Key_Z, hold=CONTROL)
    assert len(stored(run, ROUTE)) == 3


def test_dragging_moves_the_map_and_no_point(run: Running) -> None:
    shown = open_map(places(run, ROUTE))
    before = shown.place(QPointF(300, 100))
    QTest.mousePress(shown, Qt.MouseButton.LeftButton, pos=QPoint(300, 100))
    QTest.mouseMove(shown, QPoint(340, 100))
    QTest.mouseMove(shown, QPoint(400, 100))
    QTest.mouseRelease(shown, Qt.MouseButton.LeftButton, pos=QPoint(400, 100))
    assert run.value(ROUTE) == ""
    assert shown.place(QPointF(400, 100)).longitude == pytest.approx(before.longitude, abs=0.3)


def test_an_area_is_drawn_by_keys_alone(run: Running) -> None:
    held = places(run, PASTURE)
    shown = open_map(held)
    shown.setFocus()
    run.press(Key.Key_Space)
    run.press(Key.Key_Right, Key.Key_Right, Key.Key_Space)
    run.press(Key.Key_Down, Key.Key_Down, Key.Key_Space)
    assert len(stored(run, PASTURE)) == 4
    area = coordinates.area(held.places)
    run.press(Key.Key_Down, Key.Key_Down)
    run.press(Key.Key_Space, hold=SHIFT)
    assert coordinates.area(held.places) > area
    run.press(Key.Key_Left, hold=CONTROL)
    run.press(Key.Key_Delete)
    assert len(stored(run, PASTURE)) == 3
    assert len(held.places) == 2
    run.press(Key.Key_Z, hold=CONTROL)
    assert len(stored(run, PASTURE)) == 4
    assert "Space puts a point" in held._keys()
    run.press(Key.Key_Return)
    assert run.here() == WELL


def test_the_map_zooms_around_the_wheel_and_by_keys_only_when_it_is_in_hand(run: Running) -> None:
    shown = open_map(places(run, ROUTE))
    spot = QPointF(120, 90)

    def turn() -> None:
        here = shown.mapToGlobal(spot.toPoint()).toPointF()
        buttons, held = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
        wheel = QWheelEvent(spot, here, QPoint(), QPoint(0, 240), buttons, held, Qt.ScrollPhase.NoScrollPhase, False)
        QApplication.sendEvent(shown, wheel)

    zoom = shown.zoom
    turn()
    assert shown.zoom == zoom
    shown.setFocus()
    before = shown.place(spot)
    turn()
    assert shown.zoom == zoom + 1
    assert shown.place(spot).latitude == pytest.approx(before.latitude, abs=0.2)
    run.press("-")
    assert shown.zoom == zoom
    run.press("+", Key.Key_Home)
    assert shown.zoom < 5


def test_tab_goes_to_the_map_and_out_of_it(run: Running) -> None:
    held = places(run, ROUTE)
    run.press(Key.Key_Tab)
    assert run.focus() is held.show_map
    run.press(Key.Key_Tab)
    assert run.focus() is held.map
    run.press(Key.Key_Tab, Key.Key_Tab)
    assert run.here() == PASTURE


def test_the_map_is_shown_and_hidden_by_keys_and_the_focus_stays(run: Running) -> None:
    held = places(run, CAMP)
    assert held.map is None
    run.press(Key.Key_Tab, Key.Key_Space)
    assert held.map is not None
    run.press(Key.Key_Space)
    assert held.map is None
    assert run.here() == CAMP


def test_another_language_and_large_text_keep_place_and_room(run: Running, qapp: QApplication) -> None:
    held = places(run, CAMP)
    run.type("41.2, 74.7")
    run.press(Key.Key_L, hold=CONTROL)
    assert run.page.layoutDirection() == Qt.LayoutDirection.RightToLeft
    assert run.value(CAMP) == "" or stored(run, CAMP) == [Place(41.2, 74.7)]
    assert held.edit.text() == "41.2, 74.7"
    theme.apply(qapp, text_size=200, motion=False)
    run.page.resize(700, 900)
    for ref in (CAMP, SEEN, ROUTE, WELL):
        run.go_to(ref)
        inside = [one for one in block(run, ref).answer.children() if isinstance(one, QWidget) and not one.isHidden()]
        assert all(block(run, ref).answer.rect().contains(one.geometry()) for one in inside)
        for at, one in enumerate(inside):
            assert not any(one.geometry().intersects(other.geometry()) for other in inside[at + 1 :])


def test_looking_only_shows_the_place_and_changes_nothing(open_form: Open, places_form: Form) -> None:
    run = open_form(places_form, fill={SEEN: "41.2 74.7 0.0 0.0"}, read_only=True)
    run.page.walk.open(2)
    held = block(run, SEEN).answer
    assert isinstance(held, PlacesAnswer)
    assert held.map is not None
    click(held.map, 50, 50)
    held.map.setFocus()
    run.press(Key.Key_Space, Key.Key_Delete)
    assert run.node(SEEN).text_value == "41.2 74.7 0.0 0.0"


def test_a_map_of_tiles_is_added_once_and_shown_from_then_on(
    run: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tile_map(tmp_path / "pasture.mbtiles")
    monkeypatch.setattr(feedback, "open_file", lambda *_about: path)
    held = places(run, SEEN)
    run.click(held.ground.add)
    assert held.map is not None
    assert held.map.tiles is not None
    held.map.fit([Place(41, 75), Place(42, 76)], nearest=5)
    held.map._settle.stop()
    seen = held.map.grab().toImage()
    assert any(seen.pixelColor(x, 100).name() == "#12ab34" for x in range(0, seen.width(), 7))
    assert maps.known() == [path]
    other = open_map(places(run, CAMP))
    assert other.tiles is held.map.tiles
    chosen = block(run, WELL).answer
    assert isinstance(chosen, MapChoiceAnswer)
    assert chosen.map.tiles is held.map.tiles
    run.go_to(WELL)
    run.click(chosen.ground.forget)
    assert (chosen.map.tiles, held.map.tiles, other.tiles) == (None, None, None)
    assert chosen.ground.forget.isHidden()
    assert chosen.ground.add.hasFocus()
    assert maps.known() == []
    assert path.is_file()


def test_whoever_made_the_tiles_is_named_whole(run: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tile_map(tmp_path / "pasture.mbtiles", about={"attribution": "Survey of pastures, " * 6}, deepest=0)
    monkeypatch.setattr(feedback, "open_file", lambda *_about: path)
    held = places(run, SEEN)
    before = foot.box(open_map(held)).height()
    run.click(held.ground.add)
    line = theme.metrics("digit").height()
    assert foot.box(open_map(held)).height() == before + line
    run.click(held.ground.forget)
    assert foot.box(open_map(held)).height() == before


def test_what_is_no_map_is_said(run: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "words.mbtiles"
    path.write_text("words")
    monkeypatch.setattr(feedback, "open_file", lambda *_about: path)
    held = places(run, SEEN)
    run.click(held.ground.add)
    assert "no file of map tiles" in block(run, SEEN).message.words
    assert maps.known() == []


# A choice among places


def well(run: Running) -> MapChoiceAnswer:
    run.go_to(WELL)
    found = block(run, WELL).answer
    assert isinstance(found, MapChoiceAnswer)
    return found


def test_a_place_is_picked_by_the_mouse_and_cleared(run: Running) -> None:
    held = well(run)
    click(held.map, *held.map.at(held.map.shapes["south"][0]).toPoint().toTuple())
    assert run.value(WELL) == "south"
    assert "South well" in held.words()
    click(held.map, *held.map.at(Place(41.27, 76.26)).toPoint().toTuple())
    assert run.value(WELL) == "spring"
    click(held.map, 5, 60)
    assert run.value(WELL) == "spring"
    run.press(Key.Key_Delete)
    assert run.value(WELL) == ""


def test_a_place_is_picked_by_keys_and_by_its_name(run: Running) -> None:
    held = well(run)
    run.press(Key.Key_Right)
    assert held.map.pointed_to == "north"
    run.press(Key.Key_Down, Key.Key_Space)
    assert run.value(WELL) == "south"
    run.press(Key.Key_Right, Key.Key_Space)
    assert run.value(WELL) == "spring"
    run.press(Key.Key_Tab)
    run.type("nor")
    assert held.map.pointed_to == "north"
    run.press(Key.Key_Tab, Key.Key_Space)
    assert run.value(WELL) == ""


def test_several_places_are_picked_and_taken_away_again(run: Running) -> None:
    run.go_to(WELLS)
    held = block(run, WELLS).answer
    assert isinstance(held, MapChoiceAnswer)
    click(held.map, *held.map.at(held.map.shapes["south"][0]).toPoint().toTuple())
    run.press(Key.Key_Up, Key.Key_Space)
    assert run.value(WELLS).split() == ["north", "south"]
    assert held.words() == "North well, چاه شمال · South well, چاه جنوب"
    run.press(Key.Key_Space)
    assert run.value(WELLS) == "south"
    run.undo()
    assert run.value(WELLS).split() == ["north", "south"]
    run.press(Key.Key_Delete)
    assert run.value(WELLS) == ""


def test_the_labels_of_places_follow_the_language(run: Running) -> None:
    held = well(run)
    run.press(Key.Key_L, hold=CONTROL)
    assert held.map.labels["north"] == "چاه شمال"


def test_places_in_words() -> None:
    assert sexagesimal(Place(41.2044, -74.7661)).strip("\u200e") == "41°12′15.8″N 74°45′58.0″W"
    assert sexagesimal(Place(-0.99999999, 10)).strip("\u200e").startswith("1°00′00.0″S")
    assert nearest_town(Place(42.87, 74.58)).endswith("Bishkek")


@pytest.mark.parametrize(("size", "window"), [(150, (1024, 700)), (200, (1280, 720))])
def test_a_map_with_large_text_is_seen_whole_once_the_keys_are_on_it(
    open_form: Open, places_form: Form, qapp: QApplication, size: int, window: tuple[int, int]
) -> None:
    theme.apply(qapp, text_size=size, motion=False)
    run = open_form(places_form, size=window)
    held = places(run, SEEN)
    run.go_to(SEEN)
    while run.focus() is not held.map:
        run.press(Qt.Key.Key_Tab)
        assert held.isAncestorOf(run.focus())
    seen = run.page.questions.column.viewport()
    corner = held.map.mapTo(seen, QPoint())
    assert seen.rect().contains(held.map.rect().translated(corner))
    assert held.map.height() >= theme.u(160)
