"""T16 and T50: a keyring that is gone or says something else; what leaves for the public, also as a survey grows."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import pytest

from cami_survey.base import settings
from cami_survey.base.errors import UserError
from cami_survey.base.records import Answers, Summary
from cami_survey.base.settings import Settings
from cami_survey.operations import disclosure, forms, keyrings, surveys
from cami_survey.operations.exports import export
from cami_survey.store.api import SurveyFile

RAW = "ab" * 32


class Ring:
    """A keyring in memory that can be locked."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self.locked = False

    def get_password(self, service: str, name: str) -> str | None:
        if self.locked:
            raise OSError("locked")
        return self.kept.get((service, name))

    def set_password(self, service: str, name: str, key: str) -> None:
        self.kept[service, name] = key


@pytest.mark.parametrize("fault", ["none", "missing", "emptied", "changed", "cut short", "locked"])
def test_t16_whatever_becomes_of_the_keyring_the_password_opens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    ring = Ring()
    monkeypatch.setattr(keyrings, "_keyring", lambda: ring)
    settings.save(Settings(keyring=True))
    path = tmp_path / "camp.cami"
    with SurveyFile.create(path, title="Camp", key=RAW) as survey:
        keyrings.remember(survey)
    ring.locked = fault == "locked"
    if fault == "missing":
        monkeypatch.setattr(keyrings, "_keyring", lambda: None)
    elif fault == "emptied":
        ring.kept.clear()
    elif fault in ("changed", "cut short"):
        ring.kept = {name: "00" * 32 if fault == "changed" else key[:20] for name, key in ring.kept.items()}
    asked: list[str] = []
    key = surveys.read_key(path, ask=lambda: asked.append("password") or RAW)
    with SurveyFile.open(path, key=key) as survey:
        assert survey.title == "Camp"
    assert asked == ([] if fault == "none" else ["password"])
    with pytest.raises(UserError):
        SurveyFile.open(path, key="00" * 32)


FORM = """
| survey |
| | type | name | label |
| | select_one sex | sex | Sex |
| | geopoint | camp | Camp |
| | text | resp_name | Name |
| choices |
| | list_name | name | label |
| | sex | f | Woman |
| | sex | m | Man |
| settings |
| | form_id | version |
| | herders | 1 |
"""


def place(number: int) -> str:
    return f"41.{number:03} 74.{number:03} 2900 4"


def add(survey: SurveyFile, number: int, sex: str) -> None:
    fields = {
        "/data/sex": sex,
        "/data/camp": f"41.{number:03} 74.{number:03} 2900 4",
        "/data/resp_name": f"Aibek {number}",
    }
    survey.save(
        record=f"r{number}", form_id="herders", form_version="1", answers=Answers(fields), state="final", parents=(),
        summary=Summary(),
    )  # fmt: skip


def left(survey: SurveyFile, target: Path) -> list[dict[str, str]]:
    export(survey, target, public=disclosure.rules(k=3, places="shift"), codes=True)
    with zipfile.ZipFile(target) as archive:
        tables = [archive.read(name).decode("utf-8-sig") for name in archive.namelist() if name.endswith(".csv")]
    return list(csv.DictReader(io.StringIO(next(one for one in tables if "sex" in one.partition("\n")[0]))))


def test_t50_few_are_not_shown_and_a_point_never_moves_again(tmp_path: Path) -> None:
    with SurveyFile.create(tmp_path / "camp.cami", title="Camp") as survey:
        source = tmp_path / "herders.md"
        source.write_text(FORM, "utf-8")
        forms.add(survey, [source])
        for number in range(5):
            add(survey, number, "m" if number < 3 else "f")
        first = left(survey, tmp_path / "one.zip")
        assert sorted(row["sex"] for row in first) == ["", "", "m", "m", "m"]
        add(survey, 5, "f")
        second = left(survey, tmp_path / "two.zip")
        assert sorted(row["sex"] for row in second) == ["f", "f", "f", "m", "m", "m"]
        points = {row["_record"]: row["camp"] for row in first}
        assert len(set(points.values())) == 5
        told = {tuple(map(float, point.split()[:2])) for point in points.values()}
        assert not told & {tuple(map(float, place(number).split()[:2])) for number in range(6)}
        assert points.items() <= {row["_record"]: row["camp"] for row in second}.items()
        assert "resp_name" not in first[0]
