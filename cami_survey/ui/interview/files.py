"""The files that answer the questions of a running interview: taken in off the window's thread, and looked up again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMimeData, QObject, Signal
from PySide6.QtGui import QImage, QImageWriter

from cami_survey.base.errors import UserError
from cami_survey.base.texts import _

if TYPE_CHECKING:
    from cami_survey.base.clock import Clock
    from cami_survey.engine.api import Changed
    from cami_survey.operations.attachments import Attachment
    from cami_survey.operations.interviews import Interview
    from cami_survey.ui.worker import Worker


Value = TypeVar("Value")


class Incoming(NamedTuple):
    """A file that a person gives: its name, and its bytes or where it lies."""

    name: str
    content: bytes = b""
    path: Path | None = None


def incoming(data: QMimeData) -> list[Incoming]:
    """What was dropped or lies on the clipboard: files of this laptop, or a picture."""
    found = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
    if found:
        return [Incoming(path.name, path=path) for path in found]
    picture = data.imageData() if data.hasImage() else None
    if isinstance(picture, QImage) and not picture.isNull():
        return [Incoming(_("picture") + ".png", png(picture))]
    return []


def png(picture: QImage) -> bytes:
    """A picture as a PNG file."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(picture)
    return bytes(buffer.data().data())


class Files(QObject):
    """Attaches what is given. `kept` carries the field and what changed, `refused` the field and a sentence."""

    kept = Signal(str, object)
    refused = Signal(str, str)

    def __init__(self, interview: Interview, worker: Worker | None, clock: Clock, parent: QObject) -> None:
        super().__init__(parent)
        self._interview, self._worker, self._clock = interview, worker, clock
        self.waiting = 0

    def take(self, field: str, file: Incoming) -> None:
        """Attach a file as the answer to a question, read and kept by the worker where there is one."""
        from cami_survey.operations import attachments

        want = attachments.wanted(self._interview.session.node(field).attributes)

        def work() -> tuple[Attachment, str]:
            made = (
                attachments.prepared(file.content, file.name, want)
                if file.path is None
                else attachments.read(file.path, want)
            )
            return made, self._interview.keep(made.content, file.name)

        self.waiting += 1
        self.read(work, lambda made: self._taken(field, *made), lambda error: self._failed(field, error), self)

    def read(
        self,
        work: Callable[[], Value],
        then: Callable[[Value], object],
        failed: Callable[[UserError], object],
        receiver: QObject,
    ) -> None:
        """Do `work` off the window's thread where there is a worker, then hand its value to `then`."""
        if self._worker is not None:
            self._worker.run(work, then, receiver=receiver, failed=failed)
            return
        try:
            made = work()
        except UserError as error:
            failed(error)
        else:
            then(made)

    def wait(self) -> None:
        """Wait until the worker has done everything it was asked for."""
        if self._worker is not None:
            self._worker.finish()

    def _taken(self, field: str, made: Attachment, sha256: str) -> None:
        from cami_survey.engine.api import UnknownNode

        self.waiting -= 1
        name = self._interview.file_name(made.suffix, self._clock())
        try:
            changed: Changed = self._interview.attached(field, name, sha256)
        except UnknownNode:
            # The entry was removed while its file was being read.
            return
        self.kept.emit(field, changed)

    def _failed(self, field: str, error: UserError) -> None:
        self.waiting -= 1
        self.refused.emit(field, " ".join(part for part in (error.sentence, error.advice) if part))

    def finish(self) -> None:
        """Wait until everything that was given is attached or refused."""
        if self.waiting:
            self.wait()

    def content(self, name: str) -> bytes | None:
        """The bytes of an attached file; None where the survey does not hold them."""
        return self._interview.file(name)

    @property
    def encrypted(self) -> bool:
        """Whether the survey keeps its answers encrypted, so that no plain copy may be left lying about."""
        return self._interview.survey is not None and self._interview.survey.encrypted
