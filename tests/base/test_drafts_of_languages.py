"""A language of the program is a draft until a reviewer has a name in forms/texts/reviews.csv."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cami_survey.base import texts


@pytest.fixture
def reviews(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    path = tmp_path / "texts" / "reviews.csv"
    path.parent.mkdir()
    monkeypatch.setattr(texts, "shipped", lambda _name: tmp_path)
    texts._reviewed.cache_clear()
    yield path
    texts._reviewed.cache_clear()


def test_a_language_with_a_reviewer_is_no_draft(reviews: Path) -> None:
    lines = [
        "form,code,language,reviewed by,reviewed on",
        "program,ky,Kyrgyz,Aida Asanova,2026-11-02",
        "program,ru,Russian,,",
        "herder_interview,fa,Persian,Parisa,2026-11-02",
    ]
    reviews.write_text("\n".join(lines), "utf-8")
    assert [code for code in ("en", "fa", "ky", "ru") if texts.is_draft(code)] == ["fa", "ru"]


def test_without_the_list_nothing_is_claimed_to_be_reviewed(reviews: Path) -> None:
    assert texts.is_draft("ru")
    assert not texts.is_draft("en")
