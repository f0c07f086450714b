"""The tokens hold the contrast they promise, and every size follows the text."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication

from cami_survey.ui import icons, theme


def luminance(colour: str) -> float:
    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(part) for part in QColor(colour).getRgbF()[:3])
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    high, low = sorted((luminance(first), luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


TEXT = [
    ("ink", "background"),
    ("ink", "surface"),
    ("ink", "accent_soft"),
    ("ink", "hover"),
    ("muted", "background"),
    ("muted", "surface"),
    ("muted", "accent_soft"),
    ("on_accent", "accent"),
    ("on_accent", "accent_strong"),
    ("accent_strong", "accent_soft"),
    ("warn", "warn_soft"),
    ("error", "error_soft"),
    ("error", "surface"),
    ("good", "good_soft"),
    ("on_band", "band"),
    ("band_accent", "band"),
]


@pytest.mark.parametrize("name", theme.THEMES)
@pytest.mark.parametrize(("text", "ground"), TEXT)
def test_text_can_be_read(name: str, text: str, ground: str) -> None:
    tokens = theme.THEMES[name]
    wanted = 7.0 if name == "sunlight" else 4.5
    assert contrast(getattr(tokens, text), getattr(tokens, ground)) >= wanted


@pytest.mark.parametrize("name", theme.THEMES)
@pytest.mark.parametrize("ground", ["background", "surface"])
def test_edges_and_focus_can_be_seen(name: str, ground: str) -> None:
    tokens = theme.THEMES[name]
    assert contrast(tokens.edge, getattr(tokens, ground)) >= 3
    assert contrast(tokens.ring, getattr(tokens, ground)) >= 3


def test_sizes_follow_the_text(qapp: QApplication, look: None) -> None:
    usual = theme.font("body").pointSizeF()
    theme.apply(qapp, text_size=200)
    assert theme.u(40) == 80
    assert theme.target() == 80
    assert theme.font("body").pointSizeF() == pytest.approx(2 * usual)
    assert not theme.fits(1500, 1000)


def test_touch_mode_makes_targets_48_high(qapp: QApplication, look: None) -> None:
    theme.apply(qapp, touch=True)
    assert theme.target() == 48


def test_text_size_stays_within_90_and_200_percent(qapp: QApplication, look: None) -> None:
    theme.apply(qapp, text_size=500)
    assert theme.look.scale == 2.0
    theme.apply(qapp, text_size=10)
    assert theme.look.scale == 0.9


def test_latin_family_comes_first_in_every_language(qapp: QApplication, look: None) -> None:
    for language in ("en", "fa", "ur", "ne", "bo", "zh"):
        families = theme.font("body", language=language).families()
        assert families[0] == "Noto Sans"
        assert len(families) > 1


def test_system_dark_is_followed_only_if_asked_and_never_over_sunlight(qapp: QApplication) -> None:
    assert theme.effective("dark", follow_system=False) == "dark"
    assert theme.effective("sunlight", follow_system=True) == "sunlight"
    assert theme.effective("dark", follow_system=True) in ("light", "dark")


@pytest.mark.parametrize("filled", [False, True])
def test_every_icon_has_an_outline_within_its_box(qapp: QApplication, filled: bool) -> None:
    for name in icons.CODES:
        box = icons.outline(name, filled).boundingRect()
        assert not box.isEmpty(), name
        assert box.left() >= -2, name
        assert box.top() >= -2, name
        assert box.right() <= 258, name
        assert box.bottom() <= 258, name


def ink(direction: Qt.LayoutDirection) -> tuple[int, int]:
    """Dark pixels in the left and right half of a drawn caret-right."""
    QApplication.setLayoutDirection(direction)
    image = QImage(40, 40, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    icons.paint(painter, image.rect(), "arrow-right", QColor("black"))
    painter.end()
    dark = [image.pixelColor(x, y).lightness() < 128 for x in range(40) for y in range(40)]
    return sum(dark[:800]), sum(dark[800:])


def test_arrows_turn_round_in_a_right_to_left_layout(qapp: QApplication, look: None) -> None:
    left, right = ink(Qt.LayoutDirection.LeftToRight)
    assert right > left
    left, right = ink(Qt.LayoutDirection.RightToLeft)
    assert left > right
