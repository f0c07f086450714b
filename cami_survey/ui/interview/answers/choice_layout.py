"""Where choices stand: cards in columns, a scale across, lines below each other, tiles with pictures, packed words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect

from cami_survey.ui import theme

if TYPE_CHECKING:
    from cami_survey.ui.interview.answers.choice_cell import ChoiceCell, Shape

MOST_COLUMNS, COLUMN, CELL, APART_CELL, APART_GAP = 4, 186, 84, 76, 16
# A column that a form wishes for is at least as wide as this, in px at 100 %.
LEAST_COLUMN = 88
NARROW = 520
WISHED = re.compile(r"(?:columns|compact)-(\d+)\Z")


@dataclass(frozen=True, slots=True)
class Looks:
    """What an appearance wishes: `columns` (0 leaves it open), words `packed` beside each other, no `marks`.

    `tiles` have their picture above the words; `quick` goes on as soon as one is picked.
    """

    columns: int = 0
    packed: bool = False
    marks: bool = True
    quick: bool = False
    tiles: bool = False


def looks_of(words: Iterable[str]) -> Looks:
    """The wishes of an appearance; `compact` and `quickcompact` are old words for packed pictures without marks."""
    wanted = set(words)
    numbers = [int(found[1]) for word in wanted if (found := WISHED.match(word))]
    old = {word for word in wanted if word.startswith(("compact", "quickcompact"))}
    return Looks(
        columns=min(max(numbers, default=0), 12),
        packed=bool(wanted & {"columns-pack", "compact", "quickcompact", "horizontal-compact"}),
        marks=not (wanted & {"no-buttons"} or old),
        quick=bool(wanted & {"quick", "quickcompact"}),
        tiles=bool(wanted & {"no-buttons", "columns", "columns-pack"} or numbers or old),
    )


class Layout:
    """Places the cells of a question. `tight` and `small_height` belong to a scale as it was last placed."""

    def __init__(self, looks: Looks, *, scale: bool, tall_lines: bool) -> None:
        self.looks, self.scale, self.tall_lines = looks, scale, tall_lines
        self.bilingual = False
        self.tight = False
        self.small_height = 0

    def boxes(self, cells: list[ChoiceCell], width: int) -> tuple[Shape, list[QRect]]:
        """The shape of the cells and a place for each, as if reading ran from left to right."""
        if self._is_scale(cells, width):
            return "cell", self._scale_boxes(cells, width)
        if self.looks.tiles and any(cell.picture() is not None for cell in cells):
            return "tile", self._packed(cells, width, "tile") if self.looks.packed else self._tile_boxes(cells, width)
        if self.looks.packed:
            return "card", self._packed(cells, width, "card")
        if self.looks.columns:
            return "card", self._card_boxes(cells, width, self._wished(width))
        if self.tall_lines or width < theme.u(NARROW):
            return "line", self._line_boxes(cells, width)
        return "card", self._card_boxes(cells, width, self._columns(cells, width))

    # Columns

    def _wished(self, width: int) -> int:
        room = (width + theme.S) // (theme.u(LEAST_COLUMN) + theme.S)
        return max(1, min(self.looks.columns, room))

    def _columns(self, cells: list[ChoiceCell], width: int) -> int:
        gap = theme.S
        most = max(1, min(MOST_COLUMNS, (width + gap) // (theme.u(COLUMN) + gap)))
        for columns in range(most, 1, -1):
            each = (width - gap * (columns - 1)) // columns
            tallest = max((cell.height_for(each, "card") for cell in cells), default=0)
            if tallest <= theme.u(76 if self.bilingual else 64) or columns <= 2:
                return _evened(len(_apart(cells)[0]), columns)
        return 1

    def _tile_boxes(self, cells: list[ChoiceCell], width: int) -> list[QRect]:
        columns = self._wished(width) if self.looks.columns else max(1, width // (theme.u(COLUMN) + theme.S))
        columns = min(columns, max(len(cells), self.looks.columns))
        each = (width - theme.S * (columns - 1)) // columns
        return self._rows(cells, columns, each, 0, "tile")[0]

    def _packed(self, cells: list[ChoiceCell], width: int, shape: Shape) -> list[QRect]:
        """As wide as each needs, as many in a row as fit; a row is as tall as its tallest."""
        rows: list[list[tuple[ChoiceCell, int]]] = [[]]
        x = 0
        for cell in cells:
            wide = min(cell.wish_width(shape), width)
            if rows[-1] and x + wide > width:
                rows.append([])
                x = 0
            rows[-1].append((cell, wide))
            x += wide + theme.S
        boxes, y = [], 0
        for row in rows:
            tall = max((cell.height_for(wide, shape) for cell, wide in row), default=0)
            x = 0
            for _cell, wide in row:
                boxes.append(QRect(x, y, wide, tall))
                x += wide + theme.S
            y += tall + theme.S
        return boxes

    def _rows(
        self, cells: list[ChoiceCell], columns: int, each: int, y: int, shape: Shape = "card"
    ) -> tuple[list[QRect], int]:
        boxes: list[QRect] = []
        for first in range(0, len(cells), columns):
            row = cells[first : first + columns]
            tall = max(cell.height_for(each, shape) for cell in row)
            boxes += [QRect(at * (each + theme.S), y, each, tall) for at in range(len(row))]
            y += tall + theme.S
        return boxes, y

    def _card_boxes(self, cells: list[ChoiceCell], width: int, columns: int) -> list[QRect]:
        each = (width - theme.S * (columns - 1)) // columns
        usual, aside = _apart(cells)
        boxes, y = self._rows(usual, columns, each, 0)
        last = len(usual) % columns
        if aside and last and (last + len(aside)) <= columns and len(usual) < columns:
            # There is room behind the others: apart by a wider gap.
            shift = APART_GAP - theme.S
            tall = max([boxes[-1].height(), *(cell.height_for(each - shift, "card") for cell in aside)])
            boxes = [QRect(box.x(), box.y(), box.width(), tall) for box in boxes]
            x = boxes[-1].right() + 1 + APART_GAP
            return boxes + [
                QRect(x + at * (each + theme.S), 0, each - (shift if at == len(aside) - 1 else 0), tall)
                for at in range(len(aside))
            ]
        if aside:
            more, _end = self._rows(aside, columns, each, y + (APART_GAP - theme.S if usual else 0))
            boxes += more
        return boxes

    def _line_boxes(self, cells: list[ChoiceCell], width: int) -> list[QRect]:
        boxes, y = [], 0
        usual, aside = _apart(cells)
        for cell in usual:
            tall = cell.height_for(width, "line")
            boxes.append(QRect(0, y, width, tall))
            y += tall + theme.S
        if aside:
            y += theme.M if usual else 0
            each = (width - theme.S * (len(aside) - 1)) // len(aside)
            tall = max(cell.height_for(each, "line") for cell in aside)
            boxes += [QRect(at * (each + theme.S), y, each, tall) for at in range(len(aside))]
        return boxes

    # A scale

    def _is_scale(self, cells: list[ChoiceCell], width: int) -> bool:
        if not self.scale or not cells:
            return False
        usual, aside = _apart(cells)
        for self.tight in (False, True):
            each, small = self._scale_least(cells)
            gaps = theme.S * (len(cells) - 1) + (APART_GAP - theme.S if aside else 0)
            if len(usual) * each + len(aside) * small + gaps <= width:
                return True
        return False

    def _scale_least(self, cells: list[ChoiceCell]) -> tuple[int, int]:
        """The least width of a cell of the scale, and of one that stands apart: no word may be cut."""
        usual, aside = _apart(cells)
        return (
            max(theme.u(CELL), *(cell.least_width() for cell in usual), 0),
            max(theme.u(APART_CELL), *(cell.least_width() for cell in aside), 0),
        )

    def _scale_boxes(self, cells: list[ChoiceCell], width: int) -> list[QRect]:
        usual, aside = _apart(cells)
        _least, small = self._scale_least(cells)
        room = width - (len(aside) * (small + theme.S) + APART_GAP - theme.S if aside else 0)
        each = min((room - theme.S * (len(usual) - 1)) // len(usual), theme.u(200))
        wide = [small if cell.option.apart else each for cell in cells]
        self.small_height = max(cell.small_height(room) for cell, room in zip(cells, wide, strict=True))
        tall = max(cell.height_for(room, "cell") for cell, room in zip(cells, wide, strict=True))
        boxes = [QRect(at * (each + theme.S), 0, each, tall) for at in range(len(usual))]
        x = len(usual) * (each + theme.S) - theme.S + APART_GAP
        return [*boxes, *(QRect(x + at * (small + theme.S), 0, small, tall) for at in range(len(aside)))]


def _evened(count: int, columns: int) -> int:
    """No more columns than it takes for as many rows: five stand as three and two, not as four and one."""
    return -(-count // -(-count // columns)) if count > columns else columns


def _apart(cells: list[ChoiceCell]) -> tuple[list[ChoiceCell], list[ChoiceCell]]:
    """The choices of substance, and those that stand apart, which come last."""
    return [cell for cell in cells if not cell.option.apart], [cell for cell in cells if cell.option.apart]
