"""The fonts shipped with the program. Latin comes first in every family list, the script family second."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtGui import QFontDatabase, QRawFont

from cami_survey.base import places

FOLDER = places.fonts()
LATIN = "Noto Sans"
ARABIC = "Noto Sans Arabic"
SCRIPTS = {
    "ur": ("Noto Nastaliq Urdu", ARABIC),
    "hi": ("Noto Sans Devanagari",),
    "ne": ("Noto Sans Devanagari",),
    "bo": ("Noto Serif Tibetan", "Noto Sans Tibetan"),
    "dz": ("Noto Serif Tibetan", "Noto Sans Tibetan"),
    "zh": ("Noto Sans SC", "Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC"),
}


@lru_cache(maxsize=2)
def load(script: str = "") -> tuple[str, ...]:
    """Register the text fonts of a script ("" for Latin, Cyrillic and Greek) with Qt, once; returns their families."""
    found: list[str] = []
    for path in sorted(FOLDER.glob(f"noto/NotoSans{script}_*.ttf")):
        number = QFontDatabase.addApplicationFont(str(path))
        found += QFontDatabase.applicationFontFamilies(number)
    return tuple(found)


def families(language: str) -> list[str]:
    """Family names for text in the program's or a form's `language` (BCP 47), best first."""
    script = SCRIPTS.get(language.split("-")[0], (ARABIC,))
    return [LATIN, *script]


@lru_cache(maxsize=2)
def icon_font(filled: bool) -> QRawFont:
    """The icon font, sized so that one em is 256 units."""
    name = "Phosphor-Fill.ttf" if filled else "Phosphor.ttf"
    return QRawFont(str(FOLDER / "phosphor" / name), 256.0)
