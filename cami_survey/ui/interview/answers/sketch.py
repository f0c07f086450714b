"""A drawing, a signature, marks on a picture: drawn on the page, kept as a picture a moment after the last stroke."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QRect, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from cami_survey.base.texts import _
from cami_survey.ui import feedback, theme
from cami_survey.ui.interview.answers.pad import INK, Pad, Sketch, Stroke, rendered
from cami_survey.ui.interview.answers.parts import CLEAR, AnswerButton, TakesFiles, lay_out
from cami_survey.ui.interview.answers.upload import choose_words
from cami_survey.ui.interview.files import Incoming, png
from cami_survey.ui.interview.media import decoded
from cami_survey.ui.kit import painting

if TYPE_CHECKING:
    from cami_survey.engine.api import Node
    from cami_survey.ui.interview.files import Files
    from cami_survey.ui.interview.reading import Reading

# A drawing is kept this long after its last stroke: each one that is kept stays in the survey file.
KEEP_MS = 1200
LARGEST = 1600


class Paper(NamedTuple):
    """The size of the paper: its height on the page in px at 100 %, its shape, the widest it is shown."""

    height: int
    shape: float
    widest: int


SIGNATURE, SHEET = Paper(160, 3.2, 512), Paper(360, 4 / 3, 480)
INKS = ("ink", "error", "accent")


class SketchAnswer(TakesFiles):
    """Draw with mouse, finger or pen. Delete clears, Ctrl+Z takes the last thing back, Ctrl+O chooses a picture."""

    def __init__(self, node: Node, reading: Reading) -> None:
        from cami_survey.operations import attachments

        super().__init__(node, reading)
        words = node.appearance.split()
        self.signs, self.annotates = "signature" in words, "annotate" in words
        self.format = SIGNATURE if self.signs else SHEET
        self.value = ""
        self._before: list[Sketch] = []
        self._dirty, self._sending, self._opening = False, False, False
        self._most = attachments.wanted(node.attributes).most or LARGEST
        self._wait = QTimer(self, singleShot=True, interval=KEEP_MS)
        self._wait.timeout.connect(self.flush)
        self.pad = Pad(self)
        self.pad.drawn.connect(self._drawn)
        self.undo = AnswerButton(_("Undo"), "quiet", "arrow-counter-clockwise")
        self.wipe = AnswerButton(_("Clear"), "quiet", "trash")
        self.choose = AnswerButton("", "quiet", "folder-open")
        self.inks = [] if self.signs else [_Ink(token) for token in INKS]
        for part in (self.undo, self.wipe, self.choose, *self.inks):
            part.setParent(self)
        self.undo.clicked.connect(self.undo_last)
        self.wipe.clicked.connect(self.clear)
        self.choose.clicked.connect(self.ask)
        for ink in self.inks:
            ink.clicked.connect(lambda _checked=False, ink=ink: self._take_ink(ink))
        if self.inks:
            self._take_ink(self.inks[0])
        self.show_node(node, reading)

    # What is shown

    def use_files(self, files: Files) -> None:
        super().use_files(files)
        self._read()

    def show_node(self, node: Node, reading: Reading) -> None:
        self.reading = reading
        value = node.text_value
        if value != self.value:
            own, self._sending = self._sending and not self._opening, False
            self.value, self._opening = value, False
            if not own:
                self._read()
        self.set_read_only(self.read_only or node.readonly)
        self._show()

    def _read(self) -> None:
        """Show the picture that is attached, to be drawn on."""
        content = self.files.content(self.value) if self.files is not None and self.value else None
        ground = decoded(content, LARGEST) if content else None
        self._dirty = False
        self.pad.show_sketch(Sketch(ground))
        self._show()

    def _show(self) -> None:
        empty = self.pad.sketch.empty
        self.choose.setText(choose_words("image") if empty else _("Another one…"))
        self.show_parts(
            {
                self.pad: True,
                **dict.fromkeys(self.inks, not self.read_only),
                self.undo: bool(self._before) and not self.read_only,
                self.wipe: not empty and not self.read_only,
                self.choose: not self.read_only,
            }
        )
        self.pad.hint = self._hint()
        self.pad.setAccessibleDescription(self._hint() or self.value or _("drawn"))
        self.arrange(self.width(), self.height())
        self.pad.update()

    def _hint(self) -> str:
        if self.read_only or not self.pad.sketch.empty:
            return ""
        if self.annotates:
            return _("Choose, drop or paste a picture, then draw on it")
        return _("Sign here with mouse, finger or pen") if self.signs else _("Draw here with mouse, finger or pen")

    def stops(self) -> list[QWidget]:
        parts: list[QWidget] = [self.pad, *self.inks, self.undo, self.wipe, self.choose]
        return [part for part in parts if not part.isHidden()]

    def set_read_only(self, read_only: bool) -> None:
        self.pad.read_only = read_only
        if read_only != self.read_only:
            self.read_only = read_only
            self._show()

    # Where it stands

    def _paper(self, width: int) -> QRect:
        wide = min(width, theme.u(self.format.widest))
        return QRect(0, 0, wide, min(round(wide / self.format.shape), theme.u(self.format.height)))

    def _buttons(self) -> list[QWidget]:
        return self.stops()[1:]

    def _beside(self, width: int) -> QRect:
        """Where the buttons are: below the paper."""
        paper = self._paper(width)
        return QRect(0, paper.bottom() + 1 + theme.XS, width, 0)

    def height_for(self, width: int) -> int:
        # Room for all of them, so that the page does not jump with the first stroke.
        parts = [*self.inks, self.undo, self.wipe, self.choose]
        below = 0 if self.read_only else lay_out(parts, QRect(0, 0, width, 0), rtl=False, move=False) + theme.XS
        return self._paper(width).height() + below

    def arrange(self, width: int, height: int) -> None:
        rtl = self.rtl()
        self.pad.setGeometry(painting.mirrored(QRect(0, 0, width, height), self._paper(width), rtl))
        lay_out(self._buttons(), self._beside(width), rtl=rtl)

    # What a person does

    def _take_ink(self, ink: _Ink) -> None:
        for one in self.inks:
            one.setChecked(one is ink)
        self.pad.ink = ink.colour()

    def _change(self, sketch: Sketch) -> None:
        self._before.append(self.pad.sketch)
        self._put(sketch)

    def _put(self, sketch: Sketch) -> None:
        self.pad.show_sketch(sketch)
        self._dirty = True
        self._wait.start()
        self._show()

    def _drawn(self, stroke: Stroke) -> None:
        sketch = self.pad.sketch
        self._change(Sketch(sketch.ground, (*sketch.strokes, stroke)))

    def clear(self) -> None:
        """An empty paper."""
        if not self.pad.sketch.empty and not self.read_only:
            self._change(Sketch())
            self.flush()

    def can_undo(self) -> bool:
        return bool(self._before) and not self.read_only

    def undo_last(self) -> bool:
        if not self.can_undo():
            return False
        self._put(self._before.pop())
        return True

    def flush(self) -> None:
        """Keep what was drawn, if it is not kept yet."""
        self._wait.stop()
        if not self._dirty or self.read_only:
            return
        self._dirty = False
        if self.pad.sketch.empty:
            self.value = ""
            self.answered.emit("")
            return
        self._sending = True
        self.given.emit(Incoming(_("drawing") + ".png", png(rendered(self.pad.sketch, self._size()))))

    def _size(self) -> QSize:
        ground = self.pad.sketch.ground
        size = ground.size() if ground is not None else QSize(LARGEST, round(LARGEST / self.format.shape))
        return size.scaled(size.boundedTo(QSize(self._most, self._most)), Qt.AspectRatioMode.KeepAspectRatio)

    def take(self, file: Incoming) -> None:
        self._before.append(self.pad.sketch)
        self._sending = self._opening = True
        self.given.emit(file)

    def not_taken(self) -> None:
        if self._opening:
            self._before.pop()
        else:
            # What could not be kept is tried again when the question is left.
            self._dirty = True
        self._sending = self._opening = False
        self._show()

    def ask(self) -> None:
        """Let the person choose a picture to draw on, or one that was signed on paper."""
        if self.read_only:
            return
        path = feedback.open_file(
            self, choose_words("image"), _("Pictures") + " (*.jpg *.jpeg *.png *.webp *.bmp *.tif)"
        )
        if path is not None:
            self.take(Incoming(path.name, path=path))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if event.key() in CLEAR and not control:
            self.clear()
        elif control and event.key() == Qt.Key.Key_O:
            self.ask()
        else:
            super().keyPressEvent(event)


class _Ink(AnswerButton):
    """A colour to draw with."""

    def __init__(self, token: str) -> None:
        names = {"ink": _("Black"), "error": _("Red"), "accent": _("Green")}
        super().__init__("")
        self._token = token
        self.setCheckable(True)
        self.setAccessibleName(names[token])
        self.setToolTip(names[token])

    def colour(self) -> QColor:
        """The same in every theme, since the paper is white."""
        return INK if self._token == "ink" else QColor(getattr(theme.THEMES["light"], self._token))

    def sizeHint(self) -> QSize:
        return QSize(theme.target(), theme.target())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        side = theme.u(20)
        box = painting.centred(self.rect(), side, side)
        painting.body(painter, box, self.colour(), theme.colour("edge"), radius=side / 2)
        if self.isChecked():
            ring = box.adjusted(-5, -5, 5, 5)
            painting.body(painter, ring, None, theme.colour("ink"), radius=ring.width() / 2, width=2)
        if self.hasFocus():
            painting.ring(painter, self.rect())
