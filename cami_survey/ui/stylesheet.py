"""The one style sheet, made from the tokens: what Qt draws itself, and the roles and tones of labels."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cami_survey.ui.theme import Tokens

TONES = {
    "muted": "muted",
    "faint": "faint",
    "accent": "accent",
    "warn": "warn",
    "error": "error",
    "good": "good",
    "on-accent": "on_accent",
    "on-band": "on_band",
}


def stylesheet(t: Tokens, points: float, roles: Mapping[str, tuple[float, int]], scale: float, target: int) -> str:
    """The sheet for body text of `points` pt; `target` is the height of controls in px."""
    return "\n".join([_labels(t, points, roles), _fields(t, target), _lists(t, scale), _menus(t, scale), _rest(t)])


def _labels(t: Tokens, points: float, roles: Mapping[str, tuple[float, int]]) -> str:
    rules = [
        f'QLabel[role="{name}"] {{ font-size: {points * factor:.3f}pt; font-weight: {weight}; }}'
        for name, (factor, weight) in roles.items()
    ]
    rules += [f'QLabel[tone="{name}"] {{ color: {getattr(t, token)}; }}' for name, token in TONES.items()]
    rules += ["QLabel { background: transparent; }", f"QLabel:disabled {{ color: {t.faint}; }}"]
    return "\n".join(rules)


def _fields(t: Tokens, target: int) -> str:
    inner = target - 2
    return f"""
QLineEdit, QPlainTextEdit, QTextEdit {{
  background: {t.surface}; color: {t.ink}; border: 1px solid {t.edge}; border-radius: 8px;
  placeholder-text-color: {t.muted}; padding: 1px 11px;
  selection-background-color: {t.accent}; selection-color: {t.on_accent};
}}
QLineEdit {{ min-height: {inner - 2}px; max-height: {inner - 2}px; }}
QPlainTextEdit, QTextEdit {{ padding: 7px 7px; }}
QLineEdit:focus {{ border: 2px solid {t.ring}; padding: 0px 10px; }}
QPlainTextEdit:focus, QTextEdit:focus {{ border: 2px solid {t.ring}; padding: 6px 6px; }}
QLineEdit[problem="true"] {{ border-color: {t.error}; }}
QPlainTextEdit[problem="true"] {{ border-color: {t.error}; }}
QLineEdit:read-only, QPlainTextEdit:read-only {{ background: {t.background}; border-color: {t.line}; }}
QLineEdit:disabled, QPlainTextEdit:disabled {{ background: {t.background}; border-color: {t.line}; color: {t.faint}; }}
QLineEdit[bare="true"], QLineEdit[bare="true"]:focus {{ border: none; background: transparent; padding: 0; }}
"""


def _lists(t: Tokens, scale: float) -> str:
    handle = max(28, round(28 * scale))
    return f"""
QAbstractItemView {{
  background: {t.surface}; color: {t.ink}; border: none; outline: 0;
  selection-background-color: transparent; selection-color: {t.ink};
}}
QTableView, QListView {{ gridline-color: {t.line}; }}
QTableCornerButton::section {{ background: {t.surface}; border: none; }}
QHeaderView {{ background: transparent; border: none; }}
QScrollArea, QAbstractScrollArea::corner {{ background: transparent; border: none; }}
QScrollBar:vertical {{ background: transparent; width: 12px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: 12px; margin: 0; }}
QScrollBar::handle {{ background: {t.faint if t.line == t.ink else t.line}; border-radius: 3px; }}
QScrollBar::handle:vertical {{ min-height: {handle}px; margin: 3px; }}
QScrollBar::handle:horizontal {{ min-width: {handle}px; margin: 3px; }}
QScrollBar::handle:hover {{ background: {t.edge}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; border: none; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
"""


def _menus(t: Tokens, scale: float) -> str:
    tall = round(7 * scale)
    return f"""
QMenu {{ background: {t.raised}; color: {t.ink}; border: 1px solid {t.button_edge}; border-radius: 8px; padding: 6px; }}
QMenu::item {{ padding: {tall}px 28px {tall}px 28px; border-radius: 6px; }}
QMenu::item:selected {{ background: {t.accent_soft}; color: {t.ink}; }}
QMenu::item:disabled {{ color: {t.faint}; }}
QMenu::separator {{ height: 1px; background: {t.line}; margin: 6px 8px; }}
QMenu::icon {{ left: 8px; }}
QComboBox QAbstractItemView {{
  background: {t.raised}; border: 1px solid {t.button_edge}; border-radius: 8px; padding: 4px;
  selection-background-color: {t.accent_soft}; selection-color: {t.ink};
}}
QComboBox QAbstractItemView::item {{ min-height: {round(34 * scale)}px; padding: 0 8px; border-radius: 6px; }}
QComboBox QAbstractItemView::item:selected {{ background: {t.accent_soft}; color: {t.ink}; }}
QToolTip {{ background: {t.raised}; color: {t.ink}; border: 1px solid {t.button_edge}; padding: 4px 8px; }}
"""


def _rest(t: Tokens) -> str:
    return f"""
QMainWindow, QDialog {{ background: {t.background}; }}
QFrame[card="true"] {{ background: {t.surface}; border: 1px solid {t.line}; border-radius: 8px; }}
QSplitter::handle {{ background: {t.line}; }}
"""
