"""Every colour, size and font of the window, as tokens; one palette and one style sheet made from them.

`apply()` sets the look of the whole application at once and can be called again at any time: widgets get a style
change from Qt and ask `colour()`, `u()` and `font()` when they paint or give their size, so nothing else is needed.
Whoever keeps a size that was computed once connects to `look.changed`.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from cami_survey.base.texts import is_right_to_left
from cami_survey.ui import fonts
from cami_survey.ui.stylesheet import stylesheet


class Tokens(NamedTuple):
    """The colours of one theme. `band` is the ground of the done line at the bottom, `off` a button that cannot act."""

    background: str
    surface: str
    raised: str
    sunken: str
    ink: str
    muted: str
    faint: str
    line: str
    edge: str
    button_edge: str
    accent: str
    accent_strong: str
    on_accent: str
    accent_soft: str
    hover: str
    warn: str
    warn_soft: str
    error: str
    error_soft: str
    good: str
    good_soft: str
    band: str
    on_band: str
    band_accent: str
    ring: str


THEMES: dict[str, Tokens] = {
    "light": Tokens(
        background="#F6F5F1",
        surface="#FFFFFF",
        raised="#FFFFFF",
        sunken="#EFEDE7",
        ink="#1C2326",
        muted="#5B666B",
        faint="#8E979B",
        line="#DAD8D0",
        edge="#868D91",
        button_edge="#C4C6C3",
        accent="#0B6E69",
        accent_strong="#095A56",
        on_accent="#FFFFFF",
        accent_soft="#DDEFED",
        hover="#EFEDE7",
        warn="#9A5B00",
        warn_soft="#FBF0DC",
        error="#B3261E",
        error_soft="#FBE7E4",
        good="#2E6B34",
        good_soft="#E4F1E4",
        band="#1C2326",
        on_band="#FFFFFF",
        band_accent="#8FD6D0",
        ring="#0B6E69",
    ),
    "dark": Tokens(
        background="#15181A",
        surface="#1D2124",
        raised="#262B2F",
        sunken="#101214",
        ink="#ECEFF0",
        muted="#9BA6AB",
        faint="#727D84",
        line="#363D42",
        edge="#727D84",
        button_edge="#4A5359",
        accent="#3FB8AF",
        accent_strong="#5FCBC3",
        on_accent="#06201E",
        accent_soft="#163633",
        hover="#262B2F",
        warn="#F0B35A",
        warn_soft="#33291A",
        error="#F2857D",
        error_soft="#3A2220",
        good="#7CC58A",
        good_soft="#1C3022",
        band="#262B2F",
        on_band="#ECEFF0",
        band_accent="#5FCBC3",
        ring="#5FCBC3",
    ),
    "sunlight": Tokens(
        background="#FFFFFF",
        surface="#FFFFFF",
        raised="#FFFFFF",
        sunken="#F0F0F0",
        ink="#000000",
        muted="#222222",
        faint="#222222",
        line="#000000",
        edge="#000000",
        button_edge="#000000",
        accent="#004F4B",
        accent_strong="#003330",
        on_accent="#FFFFFF",
        accent_soft="#CFEBE8",
        hover="#E6E6E6",
        warn="#6B3E00",
        warn_soft="#FFF2D6",
        error="#8C0000",
        error_soft="#FFE3E0",
        good="#0A4A12",
        good_soft="#DDF3DF",
        band="#000000",
        on_band="#FFFFFF",
        band_accent="#CFEBE8",
        ring="#000000",
    ),
}

# Space between things; it does not grow with the text.
XS, S, M, L, XL, XXL = 4, 8, 12, 16, 24, 32
RADIUS = 8

# Sizes of things at 100 % text, in pixels; pass them through `u()`.
ICON = 18
RAIL, RAIL_ITEM, RAIL_ICON = 96, 64, 24
TOP, FOOT, BAND, DONE = 56, 64, 64, 48
ROW, ROW_SMALL, ROW_TALL, GROUP_ROW, HEADER_ROW, LIST_FOOT = 52, 40, 60, 32, 36, 36
DETAIL, NAV, OUTLINE, NOTES = 368, 224, 272, 288
SEARCH = 216
PILL, KEY = 22, 18
SMALLEST_TEXT, LARGEST_TEXT, TEXT_STEP = 90, 200, 10
LINE_LENGTH = 68

BASE_POINTS = 11.0
# role: (size against body, weight)
ROLES: dict[str, tuple[float, int]] = {
    "number": (1.9, 600),
    "title": (1.6, 600),
    "question": (1.35, 600),
    "h2": (1.18, 600),
    "note": (1.18, 400),
    "body": (1.0, 400),
    "medium": (1.0, 500),
    "strong": (1.0, 600),
    "small": (0.86, 400),
    "small-strong": (0.86, 600),
    "detail": (0.8, 400),
    "header": (0.82, 600),
    "nav": (0.82, 500),
    "nav-strong": (0.82, 600),
    "pill": (0.82, 600),
    "keycap": (0.77, 400),
    "digit": (0.72, 400),
}


class Look(QObject):
    """How the window looks now. `changed` follows every `apply()`."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.name = "light"
        self.tokens = THEMES["light"]
        self.scale = 1.0
        self.touch = False
        self.motion = True
        self.language = "en"


look = Look()


def effective(theme: str, follow_system: bool) -> str:
    """The theme to show: sunlight stays until it is turned off, else the system's dark or light if followed."""
    if not follow_system or theme == "sunlight":
        return theme
    dark = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
    return "dark" if dark else "light"


def apply(
    app: QApplication,
    *,
    theme: str = "light",
    text_size: int = 100,
    touch: bool = False,
    motion: bool = True,
    language: str = "en",
) -> None:
    """Give `app` this look: `text_size` in percent, `language` for the families of its text."""
    look.name, look.tokens = theme, THEMES[theme]
    look.scale = min(max(text_size, SMALLEST_TEXT), LARGEST_TEXT) / 100
    look.touch, look.motion, look.language = touch, motion, language
    _forget()
    fonts.load()
    if is_right_to_left(language):
        fonts.load("Arabic")
    sheet, palette = stylesheet(look.tokens, _points(), ROLES, look.scale, target()), _palette()
    if (sheet, font("body"), palette) != (app.styleSheet(), app.font(), app.palette()):
        # Replacing one sheet by another takes Qt five times as long as taking it away and giving a new one.
        app.setStyleSheet("")
        app.setFont(font("body"))
        app.setPalette(palette)
        app.setStyleSheet(sheet)
    look.changed.emit()


def _forget() -> None:
    for cached in (colour, font, metrics, points_per_pixel):
        cached.cache_clear()


def u(size: float) -> int:
    """`size` px at 100 % text, in px at the present text size."""
    return round(size * look.scale)


def target() -> int:
    """The height of a button or field in px: 40 at 100 %, 48 in touch mode."""
    return u(48 if look.touch else 40)


@lru_cache(maxsize=128)
def colour(token: str) -> QColor:
    """The colour of a token of the present theme."""
    return QColor(getattr(look.tokens, token))


def mix(first: str, second: str, share: float) -> QColor:
    """`share` of the first token's colour with the rest of the second's."""
    a, b = colour(first), colour(second)
    rest = 1 - share
    return QColor(
        round(a.red() * share + b.red() * rest),
        round(a.green() * share + b.green() * rest),
        round(a.blue() * share + b.blue() * rest),
    )


@lru_cache(maxsize=1)
def points_per_pixel() -> float:
    """Points that make one pixel on this screen, so that text keeps its proportion to the controls."""
    screen = QGuiApplication.primaryScreen()
    return 72 / screen.logicalDotsPerInchY() if screen else 0.75


def _points() -> float:
    return BASE_POINTS * 96 / 72 * points_per_pixel() * look.scale


@lru_cache(maxsize=256)
def font(role: str = "body", weight: int | None = None, italic: bool = False, language: str = "") -> QFont:
    """The font of a role; `language` chooses the script family, the program's language if empty."""
    factor, usual = ROLES[role]
    made = QFont(fonts.families(language or look.language))
    made.setPointSizeF(_points() * factor)
    made.setWeight(QFont.Weight(weight or usual))
    made.setItalic(italic)
    return made


@lru_cache(maxsize=64)
def metrics(role: str = "body") -> QFontMetrics:
    """Measures of a role's font."""
    return QFontMetrics(font(role))


def line_height(role: str = "body") -> int:
    """The height of a line of this role in a list: tight, the same for every script."""
    return round(font(role).pointSizeF() / points_per_pixel() * 1.36)


def fits(width: int, units: float) -> bool:
    """Whether `width` px hold `units` px of a layout drawn at 100 %: fold points count in text units."""
    return width >= u(units)


def _palette() -> QPalette:
    t = look.tokens
    palette = QPalette()
    role = QPalette.ColorRole
    pairs = {
        role.Window: t.background,
        role.WindowText: t.ink,
        role.Base: t.surface,
        role.AlternateBase: t.sunken,
        role.Text: t.ink,
        role.Button: t.surface,
        role.ButtonText: t.ink,
        role.BrightText: t.error,
        role.Highlight: t.accent,
        role.HighlightedText: t.on_accent,
        role.Link: t.accent,
        role.LinkVisited: t.accent_strong,
        role.PlaceholderText: t.muted,
        role.ToolTipBase: t.raised,
        role.ToolTipText: t.ink,
        role.Light: t.surface,
        role.Midlight: t.line,
        role.Mid: t.line,
        role.Dark: t.edge,
        role.Shadow: t.edge,
    }
    for which, value in pairs.items():
        palette.setColor(which, QColor(value))
    disabled = QPalette.ColorGroup.Disabled
    for which in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(disabled, which, QColor(t.faint))
    return palette
