"""The schema: its steps make what the classes say, and files of released schemas open."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from cami_survey.store.api import SurveyFile, schema_version
from cami_survey.store.tables import RECORD
from tests.store.interviews import FORM

SAMPLES = Path(__file__).parent / "samples"
SAMPLE_KEY = "ab" * 32


def test_the_steps_make_the_tables_of_the_classes(survey: SurveyFile) -> None:
    with survey._db.read() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": own_name})
        found = compare_metadata(context, RECORD.metadata)
        differences = [d for d in found if isinstance(d, tuple) and d[0] in ("add_table", "remove_table")]
        columns = [d for d in found if isinstance(d, tuple) and d[0] in ("add_column", "remove_column")]
    assert differences == columns == []


def own_name(name: str | None, kind: str, _parents: object) -> bool:
    """Whether a name is the program's own, not the search index's or alembic's."""
    return kind != "table" or not (name or "").startswith(("search", "alembic", "sqlite"))


@pytest.mark.parametrize("version", range(1, schema_version() + 1))
@pytest.mark.parametrize("key", [None, SAMPLE_KEY], ids=["plain", "keyed"])
def test_a_file_of_a_released_schema_opens(tmp_path: Path, version: int, key: str | None) -> None:
    sample = SAMPLES / f"schema{version}{'-keyed' if key else ''}.cami"
    shutil.copyfile(sample, tmp_path / "old.cami")
    with SurveyFile.open(tmp_path / "old.cami", key=key) as survey:
        assert survey.verify().ok
        assert survey.title == "Зимовки 2026"
        assert survey.counts() == {"all": 3, "drafts": 1, "final": 2, "conflicts": 1, "deleted": 1}
        assert survey.form(FORM).title == "Herder interview"
        (conflict,) = survey.conflicts()
        assert {claim.value for claim in conflict.claims} == {"41", "42"}
        assert [row.summary.code for row in survey.rows(search="барс")] == ["H0001"]
        (draft,) = survey.drafts()
        assert draft.values == {"/data/herd": "7", "/data/name": "Гүлнара"}
        photo = next(fact for fact in survey.facts() if fact.kind == "attachment" and fact.head.startswith(b"\xff\xd8"))
        assert survey.attachment(photo.id) == b"\xff\xd8 camp"
