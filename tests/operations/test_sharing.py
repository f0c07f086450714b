"""A folder that laptops share: packages go in and come out, whatever a cloud program does to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import nullcontext, suppress
from itertools import count
from pathlib import Path

import pytest

from cami_survey.base.errors import UserError
from cami_survey.exchange.transport import Folder, Listing
from cami_survey.operations import arrivals, laptops, sharing
from cami_survey.store.api import SurveyFile
from tests.exchange.surveys import contents, interview, survey


class Three:
    """Three laptops that trust each other and share a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "share"
        self.folder.mkdir()
        self.naryn, self.osh, self.hub = (survey(folder / name, name) for name in ("KG-01", "KG-02", "KG-HUB"))
        self.files = (self.naryn, self.osh, self.hub)
        for one in self.files:
            sharing.set_folder(one, self.folder)
            for other in self.files:
                if other is not one:
                    laptops.enrol(one, laptops.card_code(other))

    def names(self) -> list[str]:
        return sorted(path.name for path in self.folder.iterdir())


@pytest.fixture
def three(tmp_path: Path) -> Iterator[Three]:
    made = Three(tmp_path)
    yield made
    for file in made.files:
        file.close()


def exchange(file: SurveyFile) -> sharing.Shared:
    return sharing.exchange(file, to=["KG-01", "KG-02", "KG-HUB"]).value


def test_what_one_puts_in_the_others_take_out_and_the_folder_comes_to_rest(three: Three) -> None:
    interview(three.naryn, {"yaks": "1"}, code="H1")
    interview(three.osh, {"yaks": "2"}, code="H2")
    for _round in range(3):
        for file in three.files:
            exchange(file)
    assert contents(three.naryn) == contents(three.osh) == contents(three.hub)
    assert len(contents(three.hub)) == 2
    rest = three.names()
    for file in three.files:
        assert exchange(file).sent == ""
    assert three.names() == rest
    assert all(b"yaks" not in path.read_bytes() for path in three.folder.iterdir())


def test_a_correction_goes_round_and_receipts_with_it(three: Three) -> None:
    record = interview(three.naryn, {"yaks": "1"}, code="H1")
    exchange(three.naryn)
    exchange(three.hub)
    interview(three.hub, {"yaks": "10"}, record=record)
    exchange(three.hub)
    exchange(three.naryn)
    assert contents(three.naryn)[record] == ({"/data/yaks": "10"}, [])
    (hub,) = arrivals.delivered(three.naryn)
    assert (hub.device.name, hub.lacking) == ("KG-HUB", 0)


def test_a_withdrawal_goes_round_though_nothing_else_is_new(three: Three) -> None:
    record = interview(three.naryn, {"yaks": "1"}, code="H1")
    interview(three.hub, {"yaks": "2"}, code="H2")
    for file in (three.naryn, three.hub, three.naryn):
        exchange(file)
    three.hub.withdraw(record, "asked to")
    assert exchange(three.hub).sent
    exchange(three.naryn)
    assert three.naryn.withdrawn() == [record]
    exchange(three.hub)
    (naryn,) = (one for one in arrivals.delivered(three.hub) if one.device.name == "KG-01")
    assert (naryn.forgotten, naryn.unaware) == ((record,), ())
    assert [exchange(file).sent for file in three.files[:1] + three.files[2:]] == ["", ""]


def test_a_survey_with_withdrawn_interviews_can_begin_to_share(three: Three) -> None:
    three.naryn.withdraw(interview(three.naryn, {"yaks": "1"}, code="H1"), "asked to")
    kept = interview(three.naryn, {"yaks": "2"}, code="H2")
    exchange(three.naryn)
    exchange(three.hub)
    assert list(contents(three.hub)) == [kept]
    assert len(three.hub.withdrawn()) == 1


def test_what_came_by_stick_is_passed_on(three: Three) -> None:
    record = interview(three.naryn, {"yaks": "1"}, code="H1")
    three.hub.accept(three.naryn.facts(), package="stick", source="stick")
    exchange(three.hub)
    exchange(three.osh)
    assert record in contents(three.osh)


def test_t45_what_is_no_whole_package_is_passed_over_said_and_tried_again(three: Three) -> None:
    record = interview(three.naryn, {"yaks": "1"}, code="H1")
    exchange(three.naryn)
    (name,) = three.names()
    whole = (three.folder / name).read_bytes()
    (three.folder / name).write_bytes(whole[:-100])
    stem = name.partition(".")[0]
    (three.folder / f"{stem} (conflicted copy of KG-HUB).camipack").write_bytes(whole)
    (three.folder / "0123456789abcdef.camipack.part").write_bytes(b"x")
    (three.folder / ".~lock").write_bytes(b"x")
    (three.folder / "notes.txt").write_text("not ours")
    (three.folder / "0123456789abcdef.camipack").write_bytes(whole)
    shared = exchange(three.hub)
    assert {(one.name, one.why) for one in shared.passed} == {
        (name, "half"),
        (f"{stem} (conflicted copy of KG-HUB).camipack", "copy"),
        ("0123456789abcdef.camipack.part", "unfinished"),
        (".~lock", "unfinished"),
        ("notes.txt", "other"),
        ("0123456789abcdef.camipack", "half"),
    }
    assert contents(three.hub) == {}
    (three.folder / name).write_bytes(whole)
    exchange(three.hub)
    assert list(contents(three.hub)) == [record]
    assert (three.folder / "notes.txt").read_text() == "not ours"


class Shaky:
    """A folder whose n-th call fails as often as it is told."""

    def __init__(self, folder: Folder, fails: set[int]) -> None:
        self._folder, self._fails, self._calls = folder, fails, count()

    def _call(self) -> None:
        if next(self._calls) in self._fails:
            raise ConnectionResetError("the drive went away")

    def listing(self, known: Iterable[str]) -> Listing:
        self._call()
        return self._folder.listing(known)

    def fetch(self, name: str, folder: Path) -> Path:
        self._call()
        return self._folder.fetch(name, folder)

    def send(self, package: Path) -> str:
        self._call()
        done = self._folder.send(package)
        self._call()
        return done


@pytest.mark.parametrize("failing", range(6))
@pytest.mark.parametrize("often", [1, 3])
def test_t46_whichever_call_fails_the_next_exchange_completes_without_a_double(
    three: Three, failing: int, often: int
) -> None:
    theirs = [interview(three.naryn, {"yaks": str(n)}, code=f"H{n}") for n in range(2)]
    exchange(three.naryn)
    mine = interview(three.hub, {"yaks": "9"}, code="H9")
    shaky = Shaky(Folder(three.folder), set(range(failing, failing + often)))
    with suppress(UserError) if often == sharing.TRIES else nullcontext():
        sharing.exchange(three.hub, to=["KG-01"], transport=shaky)
    exchange(three.hub)
    exchange(three.naryn)
    assert set(contents(three.hub)) == set(contents(three.naryn)) == {*theirs, mine}
    assert [len(three.hub.history(record)) for record in (*theirs, mine)] == [1, 1, 1]
    assert len([one for one in three.hub.merges() if one.counts.new]) == 1


def test_a_living_survey_never_lies_in_the_shared_folder(three: Three) -> None:
    with pytest.raises(UserError) as error:
        sharing.set_folder(three.hub, three.hub.path.parent)
    assert error.value.code == "transport.own-folder"


def test_without_a_folder_or_with_one_that_is_away_that_is_said(three: Three) -> None:
    three.folder.rmdir()
    with pytest.raises(UserError) as error:
        exchange(three.hub)
    assert error.value.code == "transport.away"
    sharing.set_folder(three.hub, None)
    with pytest.raises(UserError) as error:
        exchange(three.hub)
    assert error.value.code == "sharing.none"


def test_an_unknown_laptop_in_the_folder_is_taken_once_it_is_let_in(three: Three, tmp_path: Path) -> None:
    with survey(tmp_path / "new", "KG-09") as stranger:
        record = interview(stranger, {"yaks": "1"}, code="H1")
        sharing.set_folder(stranger, three.folder)
        laptops.enrol(stranger, laptops.card_code(three.hub))
        sharing.exchange(stranger, to=["KG-HUB"])
        shared = exchange(three.hub)
        assert shared.report is not None
        assert [source.refused and source.refused.code for source in shared.report.sources] == [
            "package.unknown-sender"
        ]
        laptops.enrol(three.hub, laptops.code_of(stranger))
    exchange(three.hub)
    assert list(contents(three.hub)) == [record]
