"""Words stand in the order of their language; what Qt's collator (CLDR through ICU) makes of them is the measure."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QCollator, QLocale

from cami_survey.base import order, texts

LETTERS = {
    "en": order.LATIN,
    "ru": order.CYRILLIC,
    "kk": order.ALPHABETS["kk"],
    "ky": order.ALPHABETS["ky"],
    "mn": order.ALPHABETS["mn"],
    "fa": "ابپتجچحخدرزسشفقکگلمنوهی",
}


def in_order(words: list[str], code: str) -> list[str]:
    texts.set_language(code)
    return sorted(words, key=order.ordered)


@pytest.mark.parametrize("code", LETTERS)
@given(data=st.data())
def test_words_stand_where_cldr_has_them(code: str, data: st.DataObject) -> None:
    words = data.draw(st.lists(st.text(LETTERS[code], min_size=1, max_size=5), max_size=8, unique=True))
    collator = QCollator(QLocale(code))
    assert in_order(words, code) == sorted(words, key=collator.sortKey)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("uz", ["a", "g", "o", "z", "oʻrik", "gʻoz", "shamol", "chol"]),
        ("kk", ["Ақ", "Әже", "Бала", "Қой", "Түйе", "Ұя"]),
        ("ru", ["2 овцы", "ёж", "ель", "ещё", "жук", "zoo"]),
        ("tg", ["гов", "ғор", "кӯҳ", "қӯтос"]),
        ("mn", ["од", "өвөл", "уул", "үхэр"]),
        ("en", ["1", "apple", "Émile", "zebra", "ель"]),
    ],
)
def test_the_alphabet_of_each_language(code: str, expected: list[str]) -> None:
    assert in_order(sorted(expected), code) == expected


def test_the_same_letters_stand_by_what_is_written() -> None:
    assert in_order(["б", "Б", "b"], "ru") == ["б", "Б", "b"]
