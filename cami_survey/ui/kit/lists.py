"""A small list in memory as a table model: a head and rows of cells."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt

from cami_survey.ui.kit.table import CELL, Cell, Index

ROOT = QModelIndex()


class CellsModel(QAbstractTableModel):
    """Rows of cells. `show` takes rows that were made beforehand, for lists of some hundreds, or a sequence that makes
    each when it is asked for.
    """

    def __init__(self, heads: Sequence[str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.heads = list(heads)
        self.rows: Sequence[Sequence[Cell]] = []

    def show(self, rows: Sequence[Sequence[Cell]]) -> None:
        """Show other rows."""
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def change(self, row: int, cells: Sequence[Cell]) -> None:
        """Show other cells in one row."""
        self.rows = [*self.rows[:row], cells, *self.rows[row + 1 :]]
        self.dataChanged.emit(self.index(row, 0), self.index(row, len(self.heads) - 1))

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self.heads)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.heads[section]
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        # The keys pass over headings.
        if not index.isValid() or self.rows[index.row()][0].heading:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        cell = self.rows[index.row()][index.column()]
        if role == CELL:
            return cell
        return cell.words if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole) else None
