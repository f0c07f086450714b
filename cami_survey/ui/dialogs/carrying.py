"""What becomes of an interview in the new version of its form, before it is carried over."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from cami_survey.base.texts import _, ngettext
from cami_survey.ui.dialogs.frame import DialogFrame
from cami_survey.ui.kit import Button, Label, Rule
from cami_survey.ui.words import counted

if TYPE_CHECKING:
    from cami_survey.engine.api import Carried, Migration


class Words(Protocol):
    """How the questions and answers of both versions are said, by field or path."""

    def named(self, field: str) -> str:
        """The words of a question."""

    def read(self, field: str, value: str) -> str:
        """An answer as a person reads it."""


# The submission's own data, which nobody answers.
META = "/meta/"
# Lines of one kind that are written out; the others are counted.
MOST = 40


class CarryDialog(DialogFrame):
    """`carried` when the interview is to be carried over, `stayed` when it goes on in the version it is in.

    `words` says questions and answers of either version.
    """

    carried = Signal()
    stayed = Signal()

    def __init__(
        self, code: str, before: str, after: str, migration: Migration, words: Words, parent: QWidget | None = None
    ) -> None:
        sentence = _(
            "{code} was begun in version {before}; version {after} is here now. Nothing is lost: what has no place "
            "there is kept aside in the interview."
        ).format(code=code or _("This interview"), before=before or "-", after=after or "-")
        super().__init__(_("Go on in the new version of the form?"), sentence, parent, width=640)
        self.parts = parts(migration, words)
        for title, lines in self.parts:
            self.body.addWidget(Rule())
            self.body.addWidget(Label(title, "strong", wrap=True))
            for line in lines[:MOST]:
                self.body.addWidget(Label(line, wrap=True))
            if len(lines) > MOST:
                more = ngettext("and {n} more", "and {n} more", len(lines) - MOST).format(n=counted(len(lines) - MOST))
                self.body.addWidget(Label(more, tone="muted"))
        self.stay = Button(_("Stay in version {version}").format(version=before or "-"), "secondary")
        self.stay.clicked.connect(self._stay)
        self.main = self.finish_with(_("Carry over"), "check")
        self.foot.insertWidget(self.foot.count() - 1, self.stay)
        self.main.clicked.connect(self._carry)
        self.main.setFocus()

    def _carry(self) -> None:
        self.accept()
        self.carried.emit()

    def _stay(self) -> None:
        self.accept()
        self.stayed.emit()


def parts(migration: Migration, words: Words) -> list[tuple[str, Sequence[str]]]:
    """Titles and lines of the report: what needs a look first, what stays as it was only counted."""
    aside = [_line(one, one.field, words) + _because(one.reason) for one in migration.lost]
    changed = [
        _("{question}: {old} becomes {new}").format(
            question=words.named(one.to or one.field),
            old=words.read(one.field, one.value),
            new=words.read(one.to or one.field, one.new) or _("no answer"),
        )
        + _because(one.reason)
        for one in migration.changed
    ]
    moved = [_line(one, one.to, words) for one in migration.moved]
    new = [words.named(path) for path in migration.new]
    kept = sum(1 for one in migration.kept if META not in one.field)
    found: list[tuple[str, Sequence[str]]] = [
        (ngettext("{n} answer is kept aside", "{n} answers are kept aside", len(aside)), aside),
        (ngettext("{n} answer changes", "{n} answers change", len(changed)), changed),
        (ngettext("{n} answer moves with its question", "{n} answers move with their questions", len(moved)), moved),
        (ngettext("{n} question is new", "{n} questions are new", len(new)), new),
    ]
    stays = ngettext("{n} answer stays as it is", "{n} answers stay as they are", kept).format(n=counted(kept))
    return [
        *((title.format(n=counted(len(lines))), lines) for title, lines in found if lines),
        *([(stays, ())] if kept else []),
    ]


def _line(one: Carried, field: str, words: Words) -> str:
    return _("{question}: {answer}").format(question=words.named(field), answer=words.read(one.field, one.value))


def _because(reason: str) -> str:
    return f" ({reason})" if reason else ""
