"""Settling conflicts: a row each, mine or theirs by the arrow keys or the right value written, all applied at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QMenu, QWidget

from cami_survey.base.texts import _, ngettext
from cami_survey.ui import theme, words
from cami_survey.ui.dialogs.value import ValueDialog
from cami_survey.ui.feedback import ask, modal
from cami_survey.ui.kit import Button, Chip, KeyCap, Label, ProgressLine, Segments, row
from cami_survey.ui.kit.flow import Flow
from cami_survey.ui.kit.lists import CellsModel
from cami_survey.ui.kit.steps import Steps
from cami_survey.ui.kit.table import Cell, Table
from cami_survey.ui.pages.exchange_questions import Question, Said
from cami_survey.ui.pages.page import Page, foot_line, framed

QUESTION, BEFORE, MINE, THEIRS, RESULT = range(5)
Taken = Literal["mine", "theirs", "written"]


@dataclass(frozen=True, slots=True)
class Decision:
    """The value that will stand. `which` counts among theirs."""

    taken: Taken
    value: str | None
    which: int = 0


class SettleTable(Table):
    """`chose` carries the row and "mine", "theirs" or "write"; `looked_at` the row whose interview is asked for.

    `grouped` when interviews are to be told apart or no longer, `asked_device` when one laptop is to be chosen.
    """

    chose = Signal(int, str)
    looked_at = Signal(int)
    grouped = Signal()
    asked_device = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        sides = {Qt.Key.Key_Left: "theirs" if mirrored else "mine", Qt.Key.Key_Right: "mine" if mirrored else "theirs"}
        key = Qt.Key(event.key())
        if key in sides:
            self.chose.emit(self.current_row(), sides[key])
        elif key in (Qt.Key.Key_E, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.chose.emit(self.current_row(), "write")
        elif key == Qt.Key.Key_Space:
            self.looked_at.emit(self.current_row())
        elif key == Qt.Key.Key_I:
            self.grouped.emit()
        elif key == Qt.Key.Key_D:
            self.asked_device.emit()
        else:
            super().keyPressEvent(event)


class SettlePage(Page):
    """`applied` carries (record, field) -> value once everything is decided; `left` when it is put off.

    `ruled` carries the id and the name of the laptop whose newest answers stand in all of them, or empty ones for any.
    `looked_at` carries the record of an interview that is asked for; the decisions wait meanwhile.
    """

    applied = Signal(object)
    ruled = Signal(str, str)
    looked_at = Signal(str)
    left = Signal()

    def __init__(self, questions: Sequence[Question]) -> None:
        super().__init__(scrolled=True)
        self.questions = list(questions)
        self.decisions: dict[int, Decision] = {}
        # The questions by their rows; what is no number is a heading.
        self.shown: list[int | None] = []
        self.device = ""
        count = len(self.questions)
        self.title.setText(
            ngettext("Settle {count} conflict", "Settle {count} conflicts", count).format(count=words.number(count))
        )
        names = [_("Choose packages"), _("Preview"), _("Merge"), _("Settle conflicts")]
        self.head.addWidget(Steps(names, 3))
        own = any(question.mine.mine for question in self.questions)
        one, other = (_("Mine (this file)"), _("Theirs (packages)")) if own else (_("One laptop"), _("Another laptop"))
        heads = (_("Question"), _("It was"), one, other, _("Result"))
        self.model = CellsModel(heads, self)
        self.table = SettleTable(_("Conflicts"))
        self.table.setModel(self.model)
        self.body.addWidget(framed(self.table), 1)
        self._bar()
        self.whole = Label("", "small", wrap=True)
        self.body.addWidget(self.whole)
        self._foot()
        self._name_device()
        self.table.chose.connect(self.choose)
        self.table.looked_at.connect(self._look_at)
        self.table.grouped.connect(self.by_interview.click)
        self.table.asked_device.connect(self._offer_devices)
        self.table.clicked.connect(self._clicked)
        self.table.selectionModel().currentRowChanged.connect(lambda *_indexes: self._tell())
        theme.look.changed.connect(self._measure)
        self.hand_keys(self.table)
        self._fill()
        self._measure()

    def _bar(self) -> None:
        kinds = [("all", _("All")), ("open", _("Undecided")), ("decided", _("Decided"))]
        self.filter = Segments(kinds, "all", _("Show"))
        self.filter.chosen.connect(lambda _key: self._fill())
        own = any(question.mine.mine for question in self.questions)
        left, right = (_("mine"), _("theirs")) if own else (_("left"), _("right"))
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            left, right = right, left
        hints: list[QWidget | int | None] = []
        if any(len(question.others) > 1 for question in self.questions):
            right = _("{side}, again: the next").format(side=right)
        said_of = (("←", left), ("→", right), ("E", _("write")), (_("Space"), _("see the interview")))
        for key, said in said_of:
            hints += [KeyCap(key), Label(said, "small", "muted"), theme.XS]
        self.keys = QWidget()
        self.keys.setLayout(row(*hints[:-1]))
        self.by_interview = Chip(_("By interview"), icon="stack")
        self.by_interview.setToolTip("I")
        self.by_interview.toggled.connect(lambda _on: self._fill())
        self.by_device = Chip("", icon="laptop", checkable=False)
        self.by_device.setToolTip("D")
        self.by_device.clicked.connect(self._offer_devices)
        self.by_rule = Button(_("By a rule…"), "quiet")
        self.by_rule.clicked.connect(self._offer_rules)
        # Over the table, but after it for Tab, which begins in the table.
        self.body.insertLayout(0, Flow(self.filter, self.by_interview, self.by_device, self.by_rule, self.keys))

    def _foot(self) -> None:
        self.much, self.bar = Label("", "strong"), ProgressLine(0)
        self.bar.setMaximumWidth(theme.u(160))
        self.promise = Label(_("Nothing is changed before you apply."), tone="muted", wrap=True)
        self.rest = Button("", "quiet")
        self.later = Button(_("Later"))
        self.apply = Button("", "primary")
        self.rest.clicked.connect(self._mine_for_the_rest)
        self.later.clicked.connect(self.left)
        self.apply.clicked.connect(self._apply)
        foot = foot_line(self.much, self.bar, self.promise, self.rest, self.later, self.apply)
        self.column.addWidget(foot)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._measure()

    def _measure(self) -> None:
        wide = theme.fits(self.width(), 1000)
        self._measure_rows()
        self.table.show_at_least(3)
        self.table.setColumnHidden(BEFORE, not wide)
        self.table.setColumnHidden(RESULT, not theme.fits(self.width(), 760))
        side = int(max(150, min(284, self.width() / theme.look.scale * 0.22)))
        self.table.set_columns({BEFORE: 160, MINE: side, THEIRS: side, RESULT: 190}, stretch=QUESTION)
        self.promise.setVisible(wide)
        self.keys.setVisible(theme.fits(self.width(), 960))
        self.bar.setVisible(theme.fits(self.width(), 760))

    # ---- showing

    def _fill(self) -> None:
        current = self._number(self.table.current_row())
        wanted = self.filter.key()
        numbers = [n for n in self._of_device() if wanted == "all" or (n in self.decisions) == (wanted == "decided")]
        self.shown = self._under_headings(numbers) if self.by_interview.isChecked() else list(numbers)
        self.model.show([self._cells_of(place) for place in range(len(self.shown))])
        self._measure_rows()
        if numbers:
            place = self.shown.index(current if current in numbers else self._first(numbers))
            self.table.setCurrentIndex(self.model.index(place, 0))
        self._count()
        self._tell()

    def _first(self, numbers: Sequence[int]) -> int:
        return next(number for number in self.shown if number in numbers and number is not None)

    def _of_device(self) -> list[int]:
        """The questions that the chosen laptop says something about; all of them where none is chosen."""
        return [
            number
            for number, question in enumerate(self.questions)
            if not self.device or any(said.device_id == self.device for said in question.claims)
        ]

    def _under_headings(self, numbers: Sequence[int]) -> list[int | None]:
        """The questions of each interview together, after its heading; interviews in the order of their first."""
        together: dict[str, list[int]] = {}
        for number in numbers:
            together.setdefault(self.questions[number].record, []).append(number)
        return [place for own in together.values() for place in (None, *own)]

    def _cells_of(self, place: int) -> list[Cell]:
        number = self.shown[place]
        if number is not None:
            return _cells(self.questions[number], self.decisions.get(number))
        first = self.shown[place + 1]
        assert first is not None
        text = self.questions[first].interview or self.questions[first].where
        return [Cell(text, role="strong", heading=True), *(Cell() for _column in self.model.heads[1:])]

    def _measure_rows(self) -> None:
        """Headings are lower than what is to be settled."""
        self.table.set_row_height(theme.ROW_TALL)
        for place, number in enumerate(self.shown):
            if number is None:
                self.table.setRowHeight(place, theme.u(theme.GROUP_ROW))

    def _tell(self) -> None:
        """The question under the keys, whole: what it was, what everybody says, what will stand."""
        number = self._number(self.table.current_row())
        self.whole.setText(_whole(self.questions[number], self.decisions.get(number)) if number >= 0 else "")

    def _look_at(self, shown_row: int) -> None:
        number = self._number(shown_row)
        if number >= 0:
            self.looked_at.emit(self.questions[number].record)

    def _number(self, shown_row: int) -> int:
        number = self.shown[shown_row] if 0 <= shown_row < len(self.shown) else None
        return -1 if number is None else number

    def _count(self) -> None:
        total, decided = len(self.questions), len(self.decisions)
        these = self._of_device()
        done = sum(number in self.decisions for number in these)
        for key, count in (("all", len(these)), ("open", len(these) - done), ("decided", done)):
            self.filter.set_count(key, words.number(count))
        self.much.setText(_("{done} of {total} decided").format(done=words.number(decided), total=words.number(total)))
        self.bar.set_share(decided / total if total else 0)
        text = ngettext("Apply {count} decision", "Apply {count} decisions", total)
        self.apply.setText(text.format(count=words.number(total)))
        self.apply.setEnabled(decided == total)
        self.rest.setEnabled(done < len(these))

    # ---- deciding

    def choose(self, shown_row: int, what: str) -> None:
        """Take mine, take theirs (again: the next of theirs), or ask for the right value."""
        number = self._number(shown_row)
        if number < 0:
            return
        question = self.questions[number]
        if what == "mine":
            self._decide(number, Decision("mine", question.mine.value))
        elif what == "theirs" and question.others:
            before = self.decisions.get(number)
            again = before is not None and before.taken == "theirs"
            which = (before.which + 1) % len(question.others) if before is not None and again else 0
            self._decide(number, Decision("theirs", question.others[which].value, which))
        elif what == "write" and question.writable:
            self._write(number)

    def _decide(self, number: int, decision: Decision) -> None:
        self.decisions[number] = decision
        if number in self.shown:
            self.model.change(self.shown.index(number), _cells(self.questions[number], decision))
        self._count()
        self._tell()

    def _write(self, number: int) -> None:
        question, decision = self.questions[number], self.decisions.get(number)
        value = decision.value if decision is not None else question.mine.value
        dialog = ValueDialog(
            question.label, value or "", question.choices, several=question.several, parent=self.window()
        )
        dialog.written.connect(lambda text: self._decide(number, Decision("written", text or None)))
        modal(dialog)

    def _clicked(self, index: QModelIndex) -> None:
        what = {MINE: "mine", THEIRS: "theirs", RESULT: "write"}.get(index.column())
        if what is not None:
            self.choose(index.row(), what)

    def laptops(self) -> dict[str, str]:
        """Device id -> name, of all that say something here."""
        said = [one for question in self.questions for one in question.claims]
        return {one.device_id: one.device for one in said if one.device_id}

    def show_device(self, device: str) -> None:
        """Show only what one laptop says something about; empty for all."""
        self.device = device
        self._name_device()
        self._fill()

    def _name_device(self) -> None:
        name = self.laptops().get(self.device, "")
        self.by_device.setText(_("Device: {name}").format(name=name) if name else _("Device: any"))
        self.by_device.setAccessibleName(self.by_device.text())
        self.by_device.updateGeometry()
        own = any(question.mine.mine for question in self.questions)
        every = _("Take mine for the rest") if own else _("Take the first for the rest")
        these = _("Take mine for the rest of these") if own else _("Take the first for the rest of these")
        self.rest.setText(these if self.device else every)

    def _offer_devices(self) -> None:
        menu = QMenu(self.by_device)
        for device, name in [("", _("Any device")), *sorted(self.laptops().items(), key=lambda one: one[1])]:
            action = menu.addAction(name)
            action.setCheckable(True)
            action.setChecked(device == self.device)
            action.triggered.connect(lambda _on=False, device=device: self.show_device(device))
        menu.popup(self.by_device.mapToGlobal(QPoint(0, self.by_device.height())))

    def rules(self) -> list[tuple[str, str, str]]:
        """The rules there are: what they say, and the laptop (id, name) they are about, if one."""
        text = _("Always the newest answer of {name}")
        named = [(text.format(name=name), device, name) for device, name in self.laptops().items()]
        return [(_("Always the newest answer"), "", ""), *sorted(named)]

    def _offer_rules(self) -> None:
        menu = QMenu(self.by_rule)
        for words_of_it, device, name in self.rules():
            action = menu.addAction(words_of_it)
            action.triggered.connect(lambda _on=False, device=device, name=name: self.rule(device, name))
        menu.popup(self.by_rule.mapToGlobal(QPoint(0, self.by_rule.height())))

    def rule(self, device: str, name: str) -> None:
        """Settle by a rule, if that is really meant."""
        said = next(text for text, other, _name in self.rules() if other == device)
        asked = _("The time on the laptops decides then. The history of each interview keeps this rule.")
        if ask(self, f"{said}?", asked, _("Settle")):
            self.ruled.emit(device, name)

    def _mine_for_the_rest(self) -> None:
        for number in self._of_device():
            self.decisions.setdefault(number, Decision("mine", self.questions[number].mine.value))
        self._fill()
        (self.apply if self.apply.isEnabled() else self.table).setFocus(Qt.FocusReason.OtherFocusReason)

    def _apply(self) -> None:
        if len(self.decisions) == len(self.questions):
            self.applied.emit(
                {
                    (self.questions[number].record, self.questions[number].field): decision.value
                    for number, decision in self.decisions.items()
                }
            )


def _whole(question: Question, decision: Decision | None) -> str:
    said = [f"{one.text} ({one.who})" for one in question.claims]
    parts = [question.label]
    if question.before:
        parts.append(_("It was: {text}").format(text=question.before))
    parts.append(_("Now: {texts}").format(texts=" / ".join(said)))
    if decision is not None:
        parts.append(_("Result: {text}").format(text=_result(question, decision).text))
    return "\n".join((" · ".join((parts[0], question.where)), "   ".join(parts[1:])))


def _cells(question: Question, decision: Decision | None) -> list[Cell]:
    which = decision.which if decision is not None and decision.taken == "theirs" else 0
    theirs = question.others[which] if question.others else Said(None, "", "")
    taken = decision.taken if decision is not None else ""
    return [
        Cell(question.label, question.where, role="strong"),
        Cell(question.before or "–", token="muted"),
        _claim(question.mine, taken == "mine"),
        _claim(theirs, taken == "theirs", more=len(question.others) - 1),
        _result(question, decision),
    ]


def _claim(said: Said, taken: bool, more: int = 0) -> Cell:
    who = said.who
    if more > 0:
        others = ngettext("and {count} more", "and {count} more", more).format(count=words.number(more))
        who = f"{who} · {others}"
    role, token = ("strong" if taken else "body"), ("error" if said.gone else "ink")
    return Cell(said.text, who, role=role, token=token, italic=said.gone, choice=taken)


def _result(question: Question, decision: Decision | None) -> Cell:
    if decision is None:
        return Cell(_("Not decided yet"), token="muted", icon="pencil-simple")
    if decision.taken == "written":
        return Cell(question.words_of(decision.value), _("written by you"), icon="pencil-simple", icon_token="accent")
    side = question.mine if decision.taken == "mine" else question.others[decision.which]
    text = side.text if side.gone or not question.writable else question.words_of(side.value)
    theirs = _("theirs") if question.mine.mine else side.device
    name = _("mine") if side.mine else theirs
    return Cell(text, name, icon="check-circle", icon_token="good")
