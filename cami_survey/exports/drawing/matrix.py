"""A matrix: one shaded cell for each row and column, with marks for what is hidden, missing or too little to say."""

from __future__ import annotations

from cami_survey.analysis.methods.findings import TooFew
from cami_survey.analysis.results import Cell, Column, MatrixChart, ResultTable
from cami_survey.base.texts import _
from cami_survey.exports.drawing.canvas import Canvas
from cami_survey.exports.drawing.look import ink_on, mixed
from cami_survey.exports.drawing.numbers import told

ROW = 2.3
SMALLER, LINE = 0.85, 1.05
NARROW = 3.4
LABELS = 0.3
TURNED = 9.0
BOLD_FROM = 0.6


def draw(canvas: Canvas, chart: MatrixChart, table: ResultTable) -> float:
    """Draw the table; returns the height it took. The first column names the rows."""
    look, text = canvas.look, canvas.look.text
    columns = table.columns[1:]
    left = _labels(canvas, table)
    pitch = (canvas.width - left) / max(1, len(columns))
    y = _headings(canvas, columns, left, pitch)
    for row in table.rows:
        name = str(row[0].said or "")
        tall = _name(canvas, name, y, left - text)
        for number, cell in enumerate(() if canvas.bare else row[1:]):
            box = (left + number * pitch + 1.5, y + 1.5, pitch - 3, tall - 3)
            _cell(canvas, cell, columns[number], box)
            canvas.spot(*box, f"{name}, {columns[number].title}", cell.records)
        y += tall
    canvas.line(0, y + 2, canvas.width, y + 2, colour=look.line)
    return _legend(canvas, chart, table, y + text * 0.8)


def _labels(canvas: Canvas, table: ResultTable) -> float:
    widest = max((canvas.measure(str(row[0].said or "")) for row in table.rows), default=0.0)
    return min(widest + canvas.look.text * 1.2, canvas.width * LABELS)


def _name(canvas: Canvas, name: str, y: float, room: float) -> float:
    """The name of a row, smaller and on as many lines as it needs where it is long; returns how tall the row is."""
    text = canvas.look.text
    if canvas.measure(name) <= room:
        canvas.words(text * 0.2, y + text * 1.5, name)
        return text * ROW
    parts = canvas.wrapped(name, room, len(name), size=SMALLER)
    tall = max(text * ROW, text * (LINE * len(parts) + 0.5))
    first = y + (tall - text * LINE * len(parts)) / 2 + text * 0.85
    for place, part in enumerate(parts):
        canvas.words(text * 0.2, first + text * LINE * place, part, size=SMALLER)
    return tall


def _headings(canvas: Canvas, columns: tuple[Column, ...], left: float, pitch: float) -> float:
    """Headings over the columns, on up to three lines or turned where columns are narrow; returns where rows begin."""
    text, size = canvas.look.text, 0.85
    longest = max((canvas.measure(word, size=size) for column in columns for word in column.title.split()), default=0.0)
    if pitch < text * NARROW or longest > pitch - 4:
        tall = min(
            text * TURNED, max((canvas.measure(column.title, size=size) for column in columns), default=0) + text
        )
        for number, column in enumerate(columns):
            x = left + (number + 0.5) * pitch + text * 0.3
            canvas.words(
                x,
                tall - text * 0.3,
                column.title,
                size=size,
                colour=canvas.look.muted,
                room=tall - text * 0.6,
                turned=-90,
            )
        return tall
    wrapped = [canvas.wrapped(column.title, pitch - 4, 3, size=size) for column in columns]
    lines = max((len(parts) for parts in wrapped), default=0)
    for number, parts in enumerate(wrapped):
        for line, part in enumerate(parts):
            y = text * (1.2 * (lines - len(parts) + line) + 1)
            canvas.words(left + (number + 0.5) * pitch, y, part, anchor="middle", size=size, colour=canvas.look.muted)
    return lines * text * 1.2 + text * 0.5


def _cell(canvas: Canvas, cell: Cell, column: Column, box: tuple[float, float, float, float]) -> None:
    look, text = canvas.look, canvas.look.text
    left, top, width, tall = box
    if cell.hidden:
        canvas.hatch(left, top, width, tall)
        return
    if cell.said is None or isinstance(cell.said, TooFew) or cell.tone == "missing":
        canvas.rect(left, top, width, tall, line=look.line, dashes="3 2", radius=3)
        ink = look.muted
    else:
        ground = mixed(*look.ramp, cell.weight) if cell.weight is not None else look.tone(cell.tone) or look.quiet
        canvas.rect(left, top, width, tall, fill=ground, radius=3)
        ink = ink_on(ground)
    canvas.words(
        left + width / 2,
        top + tall / 2 + text * 0.35,
        told(cell, column),
        anchor="middle",
        size=0.92,
        weight=600 if (cell.weight or 0) >= BOLD_FROM else 400,
        colour=ink,
        room=width - 2,
    )


def _legend(canvas: Canvas, chart: MatrixChart, table: ResultTable, y: float) -> float:
    """The ramp and the marks that really occur; returns where it ends."""
    look, text = canvas.look, canvas.look.text
    cells = [cell for row in table.rows for cell in row[1:]]
    x, baseline = text * 0.3, y + text
    if any(cell.weight is not None for cell in cells):
        canvas.words(x, baseline, chart.low, size=0.9, colour=look.muted)
        x += canvas.measure(chart.low, size=0.9) + text * 0.5
        for step in range(12):
            canvas.rect(
                x + step * text * 0.5, baseline - text * 0.8, text * 0.5 + 0.5, text, fill=mixed(*look.ramp, step / 11)
            )
        x += text * 6.5
        canvas.words(x, baseline, chart.high, size=0.9, colour=look.muted)
        x += canvas.measure(chart.high, size=0.9) + text * 2
    if any(cell.hidden for cell in cells):
        canvas.hatch(x, baseline - text * 0.8, text * 1.6, text)
        x = _mark(canvas, _("hidden"), x + text * 2, baseline)
    if any(not cell.hidden and (cell.said is None or isinstance(cell.said, TooFew)) for cell in cells):
        canvas.rect(x, baseline - text * 0.8, text * 1.6, text, line=look.line, dashes="3 2", radius=3)
        _mark(canvas, _("no data, or too few to say"), x + text * 2, baseline)
    return baseline + text * 0.6


def _mark(canvas: Canvas, words: str, x: float, y: float) -> float:
    canvas.words(x, y, words, size=0.9, colour=canvas.look.muted)
    return x + canvas.measure(words, size=0.9) + canvas.look.text * 2
