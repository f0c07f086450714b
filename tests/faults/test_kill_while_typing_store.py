"""T1 to T3: kill -9 loses nothing that was acknowledged, merges whole packages or none, and no half of a schema."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
import sqlcipher3.dbapi2

from cami_survey.base.records import Fact
from cami_survey.store import schema
from cami_survey.store.api import SurveyFile
from cami_survey.store.revisions import Body, mint
from tests.faults import store_children
from tests.faults.store_children import child, kill

ROUNDS = 20


@pytest.mark.parametrize("key", [None, "ab" * 32], ids=["plain", "keyed"])
def test_t1_killed_while_typing_nothing_acknowledged_is_lost(tmp_path: Path, key: str | None) -> None:
    path = tmp_path / "survey.cami"
    SurveyFile.create(path, title="Winter camps", key=key).close()
    typed: dict[str, int] = {}
    saved: set[str] = set()
    for number in range(ROUNDS):
        with child(store_children.type_answers, path, key) as (process, pipe):
            reports = [pipe.recv() for _report in range(random.Random(number).randrange(2, 60))]
            reports += kill(process, pipe)
        draft = next(value for what, value in reports if what == "draft")
        typed[draft] = max((value for what, value in reports if what == "typed"), default=-1)
        saved |= {value for what, value in reports if what == "saved"}
        with SurveyFile.open(path, key=key) as survey:
            values = survey.draft(draft).values
            expected = {f"/data/q{n}": f"answer {n}" for n in range(typed[draft] + 1)}
            assert expected.items() <= values.items()
            assert len(values) - len(expected) in (0, 1)
    with SurveyFile.open(path, key=key) as survey:
        assert {draft.id for draft in survey.drafts()} == typed.keys()
        assert saved <= {row.record for row in survey.rows(limit=10_000)}
        assert survey.verify().ok


def facts(number: int) -> list[Fact]:
    """Interviews of another laptop."""
    made = []
    for at in range(number):
        head = {"record": f"r{at}", "parents": (), "dev": "cd" * 32, "dev_seq": at + 1, "hlc": f"{at:012x}-0000"}
        minted = mint(Body({"/data/herd": str(at), "@state": "final"}), form="f", form_version="1", **head)
        made.append(Fact("revision", minted.id.hex(), minted.head, minted.body, minted.salt))
    return made


@pytest.mark.parametrize("moment", [1, 3, "merged"])
def test_t2_killed_inside_a_merge_the_package_is_absent_or_whole(tmp_path: Path, moment: int | str) -> None:
    path = tmp_path / "survey.cami"
    SurveyFile.create(path, title="Winter camps").close()
    package = facts(6500)
    with child(store_children.merge, path, package) as (process, pipe):
        seen = [pipe.recv()]
        while seen[-1] != moment and len(seen) != moment:
            seen.append(pipe.recv())
        kill(process, pipe)
    with SurveyFile.open(path) as survey:
        whole = 6500 if moment == "merged" else 0
        assert survey.counts()["all"] == whole
        assert len([fact for fact in survey.facts() if fact.kind == "revision"]) == whole
        assert survey.verify().ok
        assert survey.accept(package, package="p", source="stick").revisions == 6500 - whole


def tables(path: Path) -> tuple[int, set[str]]:
    """Schema version and the tables of the later steps, seen by the bare driver."""
    bare = sqlcipher3.dbapi2.connect(str(path))
    names = {name for (name,) in bare.execute("SELECT name FROM sqlite_schema WHERE name LIKE 'step%'")}
    version = bare.execute("PRAGMA user_version").fetchone()[0]
    bare.close()
    return version, names


@pytest.mark.parametrize("stop", [schema.SCHEMA + 1, schema.SCHEMA + 2])
def test_t3_killed_in_a_schema_step_the_file_is_old_or_new_and_never_between(
    tmp_path: Path, stop: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "survey.cami"
    SurveyFile.create(path, title="Winter camps").close()
    steps = [schema.SCHEMA + 1, schema.SCHEMA + 2]
    with child(store_children.migrate, path, steps, stop) as (process, pipe):
        assert pipe.recv() == stop
        kill(process, pipe)
    assert tables(path) == (schema.SCHEMA, set())
    (backup,) = (tmp_path / "survey-backups").glob("*.cami")
    assert tables(backup) == (schema.SCHEMA, set())
    monkeypatch.setattr(schema, "STEPS", schema.STEPS)
    monkeypatch.setattr(schema, "SCHEMA", schema.SCHEMA)
    store_children.with_steps(tmp_path, steps)
    with SurveyFile.open(path) as survey:
        assert survey.verify().ok
    assert tables(path) == (steps[-1], {f"step{number}{part}" for number in steps for part in "ab"})
