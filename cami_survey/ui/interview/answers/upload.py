"""Files as answers: chosen, dropped or pasted; a picture is seen at once; what was removed comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QImage, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from cami_survey.base import system_errors
from cami_survey.base.texts import _
from cami_survey.ui import feedback, theme
from cami_survey.ui.interview.answers.parts import CLEAR, AnswerButton, TakesFiles, lay_out
from cami_survey.ui.interview.files import Incoming
from cami_survey.ui.interview.media import PictureDialog, decoded, draw, fitted, open_outside
from cami_survey.ui.kit import painting

if TYPE_CHECKING:
    from cami_survey.engine.api import Node
    from cami_survey.operations.attachments import Kind, Wanted
    from cami_survey.ui.interview.files import Files
    from cami_survey.ui.interview.reading import Reading

THUMB, THUMB_SIDE, WIDE = 168, 112, 520
WRAP = int(Qt.TextFlag.TextWordWrap)
ICONS: dict[Kind, str] = {"image": "image", "audio": "speaker-high", "video": "play", "file": "file-text"}


class FileAnswer(TakesFiles):
    """One file. Delete removes it, Ctrl+Z brings it back, Ctrl+V pastes, Ctrl+O chooses."""

    def __init__(self, node: Node, reading: Reading) -> None:
        super().__init__(node, reading)
        from cami_survey.operations import attachments

        self.want: Wanted = attachments.wanted(node.attributes)
        self.value = ""
        # The name of the file that was removed, to be brought back.
        self.removed = ""
        self.busy = False
        self.picture: QImage | None = None
        self.there = True
        self.choose = AnswerButton(choose_words(self.want.kind), icon="folder-open")
        self.open = AnswerButton(open_words(self.want.kind), icon=ICONS[self.want.kind])
        self.remove = AnswerButton(_("Remove"), "quiet", "trash")
        self.undo = AnswerButton(_("Undo"), "quiet", "arrow-counter-clockwise")
        for button, act in (
            (self.choose, self.ask),
            (self.open, self.look),
            (self.remove, self.clear),
            (self.undo, self.undo_last),
        ):
            button.setParent(self)
            button.clicked.connect(act)
        self.show_node(node, reading)

    # What is shown

    def use_files(self, files: Files) -> None:
        super().use_files(files)
        self._read()
        self._show()

    def show_node(self, node: Node, reading: Reading) -> None:
        self.reading = reading
        value = node.text_value
        arrived = self.busy and bool(value)
        if value != self.value or self.busy:
            self.busy = False
            if value:
                self.removed = ""
            self.value = value
            self._read()
        self.set_read_only(self.read_only or node.readonly)
        self._show()
        if arrived and any(part.hasFocus() for part in self.stops()):
            self.open.setFocus(Qt.FocusReason.OtherFocusReason)

    def _read(self) -> None:
        """Read the picture that is attached."""
        self.picture, self.there = None, True
        if self.value and self.files is not None and self.want.kind == "image":
            content = self.files.content(self.value)
            self.there = content is not None
            self.picture = decoded(content, 2 * theme.u(THUMB)) if content else None

    def _show(self) -> None:
        filled = bool(self.value) and not self.busy
        self.choose.setText(_("Another one…") if filled else choose_words(self.want.kind))
        changed = self.show_parts(
            {
                self.open: filled,
                self.choose: not self.read_only,
                self.remove: filled and not self.read_only,
                self.undo: bool(self.removed) and not filled and not self.busy and not self.read_only,
            }
        )
        self.setAccessibleDescription(self.words())
        proxy = self.focusProxy()
        if proxy is not None:
            proxy.setAccessibleDescription(self.words())
        if changed:
            self.taller.emit()
        self.arrange(self.width(), self.height())
        self.update()

    def stops(self) -> list[QWidget]:
        return [part for part in (self.open, self.choose, self.remove, self.undo) if not part.isHidden()]

    def words(self) -> str:
        """What is said of the answer."""
        if self.busy:
            return _("The file is being read.")
        if self.value and not self.there:
            return _("{name} is not in this survey; merge the package that holds it.").format(name=self.value)
        if self.value:
            return self.value
        if self.removed:
            return _("{name} was removed.").format(name=self.removed)
        return "" if self.read_only else _("or drop it here, or paste it (Ctrl+V)")

    def set_read_only(self, read_only: bool) -> None:
        if read_only != self.read_only:
            self.read_only = read_only
            self._show()

    # Where it stands

    def _thumb(self, width: int) -> QRect:
        """Where the picture or the icon is, as if reading ran from left to right."""
        if not self.value:
            return QRect()
        side = theme.u(THUMB_SIDE if self.picture is not None else 40)
        wide = min(theme.u(THUMB), width // 2) if self.picture is not None else side
        return QRect(theme.M, theme.M, wide, side)

    def _room(self, width: int) -> QRect:
        """Where the words and the buttons are."""
        left = self._thumb(width).right() + 1 + theme.M if self.value else theme.M
        return QRect(left, theme.M, max(width - left - theme.M, 40), 0)

    def _words_tall(self, width: int) -> int:
        words = self.words()
        if not words:
            return 0
        return theme.metrics("body").boundingRect(QRect(0, 0, width, 9999), WRAP, words).height() + theme.XS

    def _beside(self, width: int) -> bool:
        """Whether the words of an empty answer stand beside its buttons."""
        return not self.value and width >= theme.u(WIDE)

    def height_for(self, width: int) -> int:
        room = self._room(width)
        tall = lay_out(self.stops(), room, rtl=False, move=False)
        if not self._beside(width):
            tall += self._words_tall(room.width()) + (theme.XS if tall else 0)
        return max(tall, self._thumb(width).height(), theme.target()) + 2 * theme.M

    def arrange(self, width: int, height: int) -> None:
        room = self._room(width)
        if not self._beside(width):
            room.translate(0, self._words_tall(room.width()) + theme.XS)
        whole = QRect(0, 0, width, height)
        lay_out(self.stops(), painting.mirrored(whole, room, self.rtl()), rtl=self.rtl())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, whole, rtl = QPainter(self), self.rect(), self.rtl()
        empty = not self.value
        fill, edge = ("background", "edge") if empty else ("surface", "line")
        painting.body(painter, whole, theme.colour(fill), theme.colour(edge), dashed=empty)
        thumb = painting.mirrored(whole, self._thumb(whole.width()), rtl)
        if self.picture is not None:
            painting.body(painter, thumb, theme.colour("sunken"), radius=6)
            draw(painter, fitted(self.picture, thumb), self.picture)
        elif self.value:
            side = theme.u(24)
            token = "muted" if self.there else "warn"
            painting.icon(painter, painting.centred(thumb, side, side), ICONS[self.want.kind], token)
        room = self._room(whole.width())
        if self._beside(whole.width()):
            taken = sum(part.width() + theme.S for part in self.stops()) + theme.XS
            words = QRect(room.x() + taken, 0, room.width() - taken, whole.height())
        else:
            words = QRect(room.x(), room.y(), room.width(), self._words_tall(room.width()))
        token = "warn" if not self.there else "muted" if empty or self.busy else "ink"
        painting.text(
            painter, painting.mirrored(whole, words, rtl), self.words(), theme.font("body"), theme.colour(token),
            mirrored=rtl, wrap=True,
        )  # fmt: skip

    # What a person does

    def take(self, file: Incoming) -> None:
        self.busy = True
        self._show()
        self.given.emit(file)

    def not_taken(self) -> None:
        self.busy = False
        self._show()

    def ask(self) -> None:
        """Let the person choose a file."""
        if self.read_only or self.busy:
            return
        endings = " ".join(f"*{suffix} *{suffix.upper()}" for suffix in sorted(self.want.suffixes))
        # A photograph that is refused has to be seen first, to be told why.
        filters = f"{kind_words(self.want.kind)} ({endings});;" + _("All files") + " (*)" if endings else ""
        path = feedback.open_file(self, choose_words(self.want.kind), filters)
        if path is not None:
            self.take(Incoming(path.name, path=path))

    def look(self) -> None:
        """Show the picture large, open anything else with the system's program for it."""
        content = self.files.content(self.value) if self.files is not None else None
        if content is None:
            self.refused.emit(
                _("{name} is not in this survey; merge the package that holds it.").format(name=self.value)
            )
        elif self.want.kind == "image" and (picture := decoded(content)) is not None:
            feedback.modal(PictureDialog(picture, self.value, self))
        elif self.files is not None and self.files.encrypted:
            self._save_copy(content)
        elif not open_outside(content, self.value):
            self.refused.emit(_("This computer has no program that opens {name}.").format(name=self.value))

    def _save_copy(self, content: bytes) -> None:
        """From an encrypted survey nothing is put anywhere plainly but where the person says."""
        path = feedback.save_file(self, _("Save a copy that is not encrypted"), self.value, "")
        if path is None:
            return
        try:
            path.write_bytes(content)
        except OSError as error:
            self.refused.emit(_("The copy cannot be written: {reason}.").format(reason=system_errors.in_words(error)))

    def clear(self) -> None:
        """Remove the file from the answer."""
        if self.value and not self.read_only:
            self.removed, self.value = self.value, ""
            self.picture, self.there = None, True
            self._show()
            self.answered.emit("")

    def can_undo(self) -> bool:
        return bool(self.removed) and not self.value and not self.read_only

    def undo_last(self) -> bool:
        if not self.can_undo():
            return False
        self.answered.emit(self.removed)
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if event.key() in CLEAR and not control:
            self.clear()
        elif control and event.key() == Qt.Key.Key_O:
            self.ask()
        else:
            super().keyPressEvent(event)


def kind_words(kind: Kind) -> str:
    """What a kind of file is called."""
    return {"image": _("Pictures"), "audio": _("Sounds"), "video": _("Films"), "file": _("Files")}[kind]


def choose_words(kind: Kind) -> str:
    """What the button says that chooses a file."""
    return {
        "image": _("Choose a picture…"),
        "audio": _("Choose a sound…"),
        "video": _("Choose a film…"),
        "file": _("Choose a file…"),
    }[kind]


def open_words(kind: Kind) -> str:
    """What the button says that opens it."""
    return {"image": _("Look"), "audio": _("Listen"), "video": _("Watch"), "file": _("Open")}[kind]
