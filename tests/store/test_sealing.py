"""Histories of three laptops with a name that is sealed for one of them, beside the same histories with it in clear.

Whoever cannot read it edits, merges and settles around it. In the end all three hold the same, and whoever can read
everything sees what the histories in clear came to. Only where two laptops wrote one name side by side does it stand
twice, as a conflict of one value.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from cami_survey.base.records import Answers, RecordView, Summary
from cami_survey.base.sealed import is_sealed
from cami_survey.store.api import SurveyFile
from tests.store.interviews import FORM, VERSION, new_survey

NAME, HERD = "/data/resp_name", "/data/herd"
PEOPLE = ("field", "consultant", "coordinator")
STEPS = st.one_of(
    st.tuples(st.just("name"), st.sampled_from(PEOPLE), st.sampled_from(["Askar", "Айбек", None])),
    st.tuples(st.just("herd"), st.sampled_from(PEOPLE), st.sampled_from(["40", "41", None])),
    st.tuples(st.just("merge"), st.sampled_from(PEOPLE), st.sampled_from(PEOPLE)),
    st.tuples(st.just("settle"), st.sampled_from(PEOPLE), st.sampled_from([0, 1])),
)
Step = tuple[str, str, object]


@dataclass
class World:
    """Three survey files; in a sealed one, the names of the field laptop and the coordinator are sealed."""

    files: dict[str, SurveyFile]
    sealed: bool
    told: int = 0
    record: str = field(default="")

    def begin(self, number: int) -> None:
        self.record = f"record-{number}"
        if self.sealed:
            for name in ("field", "coordinator"):
                self.files[name].set_names_recipients({self.files["coordinator"].device.recipient: "coordinator"})
        self.write(self.files["field"], {NAME: "Bolot", HERD: "39"}, ())
        for name in PEOPLE[1:]:
            self.take(name, "field")

    def write(self, file: SurveyFile, fields: dict[str, str], parents: tuple[str, ...]) -> None:
        file.save(
            record=self.record,
            form_id=FORM,
            form_version=VERSION,
            answers=Answers(fields),
            state="draft",
            parents=parents,
            summary=Summary(),
            names=[NAME],
        )

    def take(self, who: str, other: str) -> None:
        self.told += 1
        source, target = self.files[other], self.files[who]
        target.enrol(source.device)
        target.accept(source.facts(records=[self.record]), package=f"{self.told:064x}", source="", durable=False)
        target.flush()

    def step(self, step: Step) -> None:
        what, who, how = step
        file = self.files[who]
        if what == "merge":
            self.take(who, str(how))
            return
        view = file.view(self.record)
        if what == "settle":
            self.settle(file, view, bool(how))
            return
        fields, name = dict(view.answers.fields), NAME if what == "name" else HERD
        # Without the key a name is left alone: that is what the screens and commands let people do.
        if what == "name" and (who == "consultant" or any(one.field == NAME for one in view.conflicts)):
            return
        fields.pop(name, None)
        self.write(file, fields | ({} if how is None else {name: str(how)}), view.heads)

    def settle(self, file: SurveyFile, view: RecordView, last: bool) -> None:
        """Decide the first conflict for one laptop: what nobody can read is told apart by who wrote it."""
        for conflict in view.conflicts[:1]:
            claims = sorted(conflict.claims, key=lambda claim: claim.device_name)
            if len({claim.device_name for claim in claims}) == len(claims):
                file.resolve(self.record, {conflict.field: claims[-1 if last else 0].value})

    def end(self) -> None:
        for who, other in (("consultant", "field"), ("consultant", "coordinator")):
            self.take(who, other)
        for who in ("field", "coordinator"):
            self.take(who, "consultant")


def said(view: RecordView, name: str) -> set[str | None]:
    """The answer that stands, or all that stand against each other."""
    conflict = next((one for one in view.conflicts if one.field == name), None)
    return {claim.value for claim in conflict.claims} if conflict else {view.answers.fields.get(name)}


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, World]]:
    made: list[World] = []
    for kind in ("sealed", "clear"):
        folder: Path = tmp_path_factory.mktemp(kind)
        made.append(World({name: new_survey(folder, name) for name in PEOPLE}, kind == "sealed"))
    yield made[0], made[1]
    for world in made:
        for file in world.files.values():
            file.close()


numbers = iter(range(10**6))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example([("name", "field", "Askar"), ("name", "coordinator", "Askar"), ("merge", "consultant", "field")])
@example([("name", "field", None), ("herd", "consultant", "41"), ("merge", "field", "consultant")])
@given(st.lists(STEPS, max_size=12))
def test_a_sealed_history_comes_to_what_the_clear_one_does(worlds: tuple[World, World], steps: list[Step]) -> None:
    sealed, clear = worlds
    number = next(numbers)
    for world in worlds:
        world.begin(number)
        for step in steps:
            world.step(step)
        world.end()
    views = {name: file.view(sealed.record) for name, file in sealed.files.items()}
    assert len({view.heads for view in views.values()}) == 1
    assert len({file.kept_as(sealed.record, NAME) for file in sealed.files.values()}) == 1
    without_key = {text for text in said(views["consultant"], NAME) if text}
    assert all(map(is_sealed, without_key))
    plain = clear.files["coordinator"].view(clear.record)
    for name in (NAME, HERD):
        assert said(views["coordinator"], name) == said(plain, name)


@pytest.mark.parametrize("box", ["A" * 41, "A" * 40, "A" * 64, "_-" * 100])
def test_a_sealed_text_that_was_never_sealed_is_left_as_it_is(tmp_path: Path, box: str) -> None:
    with new_survey(tmp_path) as survey:
        survey.set_names_recipients({survey.device.recipient: "me"})

        def save(record: str, name: str) -> None:
            survey.save(
                record=record, form_id=FORM, form_version=VERSION, answers=Answers({NAME: name}), state="draft",
                parents=(), summary=Summary(), names=[NAME],
            )  # fmt: skip

        save("one", "Askar")
        key = survey.kept_as("one", NAME).split(":")[2]
        save("two", f"sealed:1:{key}:{box}")
        assert survey.view("one").answers.fields[NAME] == "Askar"
        assert survey.view("two").answers.fields[NAME] == f"sealed:1:{key}:{box}"
        assert [view.has_sealed for view in survey.views()] == [True, True]


def test_nobody_who_does_not_know_the_key_says_for_whom_corrections_are(tmp_path: Path) -> None:
    """A statement that names another reader of a key, by a device that cannot open it, is not followed."""
    with new_survey(tmp_path, "field") as file, new_survey(tmp_path, "reader") as reader, new_survey(tmp_path) as spy:
        file.set_names_recipients({reader.device.recipient: "reader"})
        world = World({"field": file}, sealed=True, record="one")
        world.write(file, {NAME: "Askar"}, ())
        key = file.kept_as("one", NAME).split(":")[2]
        spy.state("names.key", key, {"box": "c3B5", "recipients": spy.device.recipient, "made": "1"})
        for source, package in ((spy, "a"), (file, "b")):
            reader.enrol(source.device)
            reader.accept(source.facts(), package=package * 64, source="")
        world.write(reader, {NAME: "Askar uulu"}, reader.view("one").heads)
        made = reader.kept_as("one", NAME).split(":")[2]
        (told,) = reader.statements("names.key", [made])
        assert set(told.body["recipients"].split()) == {reader.device.recipient, file.device.recipient}
        spy.accept(reader.facts(), package="c" * 64, source="")
        assert is_sealed(spy.view("one").answers.fields[NAME])
