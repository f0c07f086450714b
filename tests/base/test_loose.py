"""What is typed on one keyboard finds what was written on another one."""

from __future__ import annotations

import pytest

from cami_survey.base.loose import loose


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("Ёлка", "елка"), ("Өзгөн", "озгон"), ("Ұлытау", "улытау"), ("Қостанай", "костанай"), ("Іле", "иле"),
        ("Тоҷикӣ", "точики"), ("Ўзбекистон", "узбекистон"), ("Oʻzbekiston", "ozbekiston"), ("Farg‘ona", "fargona"),
        ("Café", "cafe"), ("Göreme", "goreme"), ("Łódź", "lodz"), ("Straße", "STRASSE"), ("Ulaanbaatar", "ULAANBAATAR"),
        ("كوه", "کوه"), ("يك", "یک"), ("آرگالی", "ارگالی"), ("می‌رود", "میرود"), ("كتابٌ", "کتاب"),
        ("Village ۱۲", "village 12"), ("२०२६", "2026"),
    ],
)  # fmt: skip
def test_the_same_word_is_found(written: str, typed: str) -> None:
    assert loose(written) == loose(typed)


@pytest.mark.parametrize(
    ("one", "other"), [("сом", "сон"), ("yak", "yaks"), ("بز", "بر"), ("12", "21"), ("लाल", "लील")]
)
def test_other_words_stay_other_words(one: str, other: str) -> None:
    assert loose(one) != loose(other)


def test_blanks_and_lines_stay() -> None:
    assert loose("Ak Sai\nАк Сай") == "ak sai\nак саи"
