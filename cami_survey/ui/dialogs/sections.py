"""The sections of the settings."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, get_args

from PySide6.QtCore import QSignalBlocker
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget
from shiboken6 import isValid

from cami_survey.base import texts
from cami_survey.base.settings import Theme
from cami_survey.base.texts import _, ngettext
from cami_survey.ui import theme, words
from cami_survey.ui.dialogs.look import ThemeCard
from cami_survey.ui.feedback import open_folder
from cami_survey.ui.kit import Button, Combo, Label, Mark, Rule, Segments, Switch, TextField, row
from cami_survey.ui.kit.slider import Slider

if TYPE_CHECKING:
    from cami_survey.base.errors import UserError
    from cami_survey.base.notices import Outcome
    from cami_survey.ui.dialogs.settings import SettingsDialog


LOCK_AFTER = (2, 5, 10, 20, 30)


class Section(QWidget):
    """A column of settings, each a line with its name, what it does, and its control."""

    def __init__(self, dialog: SettingsDialog) -> None:
        super().__init__()
        self.dialog = dialog
        self.desk = dialog.desk
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(theme.S)
        self.fill()
        self.column.addStretch(1)

    def fill(self) -> None:
        """Put the settings in."""
        raise NotImplementedError

    def line(self, name: str, hint: str, control: QWidget, *, rule: bool = False) -> None:
        """One setting."""
        said = QVBoxLayout()
        said.setSpacing(0)
        said.addWidget(Label(name, wrap=True))
        if hint:
            said.addWidget(Label(hint, "small", "muted", wrap=True))
        across = QHBoxLayout()
        across.setSpacing(theme.L)
        across.addLayout(said, 1)
        across.addWidget(control)
        self.column.addLayout(across)
        if rule:
            self.rule()

    def rule(self) -> None:
        """A hairline with air around it."""
        self.column.addSpacing(theme.XS)
        self.column.addWidget(Rule())
        self.column.addSpacing(theme.XS)

    def said(self, text: str, tone: str = "muted") -> None:
        """A sentence."""
        self.column.addWidget(Label(text, tone=tone, wrap=True))

    def fact(self, icon: str, token: str, text: str, hint: str = "") -> None:
        """How something is, with its icon."""
        said = QVBoxLayout()
        said.setSpacing(0)
        said.addWidget(Label(text, wrap=True))
        if hint:
            said.addWidget(Label(hint, "small", "muted", wrap=True))
        across = QHBoxLayout()
        across.setSpacing(theme.M)
        across.addWidget(Mark(icon, token))
        across.addLayout(said, 1)
        self.column.addLayout(across)

    def switch(self, name: str, on: bool, change: Callable[[bool], object]) -> Switch:
        """A switch that acts at once."""
        made = Switch(name, on)
        made.toggled.connect(change)
        return made


class You(Section):
    """Who asks, on which laptop."""

    def fill(self) -> None:
        settings = self.dialog.settings
        survey = self.desk.survey if self.desk.is_open else None
        self.facilitator = self._field(survey.device.facilitator if survey else settings.facilitator, _("Facilitator"))
        self.device = self._field(survey.device.name if survey else settings.device_name, _("Laptop"))
        self.line(_("Facilitator"), _("Stands beside every answer you write."), self.facilitator)
        self.line(_("Laptop"), _("A short name, such as KG-07. It stands in interview codes."), self.device)
        if survey is not None and survey.read_only:
            self.said(_("This survey can only be read, so its names cannot be changed."))
            self.facilitator.setEnabled(False)
            self.device.setEnabled(False)

    def _field(self, text: str, name: str) -> TextField:
        field = TextField(text, name=name)
        field.setFixedWidth(theme.u(240))
        field.editingFinished.connect(self._keep)
        return field

    def _keep(self) -> None:
        facilitator, device = self.facilitator.text().strip(), self.device.text().strip()
        self.dialog.set(facilitator=facilitator, device_name=device)
        if not self.desk.is_open:
            return
        survey = self.desk.survey
        if (survey.device.facilitator, survey.device.name) == (facilitator, device):
            return

        def done(_nothing: None) -> None:
            self.desk.touched.emit(frozenset({"devices"}))

        self.desk.worker.run(lambda: survey.set_device(name=device, facilitator=facilitator), done, receiver=self.desk)


class Look(Section):
    """Theme, text size, touch, motion, digits."""

    def fill(self) -> None:
        settings = self.dialog.settings
        names = {"light": _("Light"), "dark": _("Dark"), "sunlight": _("Sunlight")}
        cards = QWidget()
        across = QHBoxLayout(cards)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(theme.M)
        for key in get_args(Theme):
            card = ThemeCard(key, names[key], settings.theme == key)
            card.clicked.connect(lambda _checked=False, key=key: self.dialog.set(theme=key))
            across.addWidget(card)
        self.column.addWidget(cards)
        self.line(
            _("Follow the system"),
            _("Sunlight stays on until you turn it off"),
            self.switch(_("Follow the system"), settings.follow_system, lambda on: self.dialog.set(follow_system=on)),
            rule=True,
        )
        self._text_size(settings.text_size)
        self.rule()
        self.line(
            _("Touch mode"),
            _("Targets 48 px high"),
            self.switch(_("Touch mode"), settings.touch, lambda on: self.dialog.set(touch=on)),
        )
        self.line(
            _("Motion"),
            _("Short fades when pages change"),
            self.switch(_("Motion"), settings.motion, lambda on: self.dialog.set(motion=on)),
        )
        digits = Combo(
            [("language", _("As the language has them")), ("latin", _("0123456789"))], settings.digits, _("Digits")
        )
        digits.chosen.connect(lambda key: self.dialog.set(digits=key))
        self.line(_("Digits"), "", digits)

    def _text_size(self, size: int) -> None:
        shown = Label(_("{size} %").format(size=words.number(size)), "strong")
        self.column.addLayout(row(Label(_("Text size")), None, shown))
        slider = Slider(theme.SMALLEST_TEXT, theme.LARGEST_TEXT, theme.TEXT_STEP, size, _("Text size"))

        def follow(value: int) -> None:
            shown.setText(_("{size} %").format(size=words.number(value)))
            self.dialog.set(text_size=value)

        slider.valueChanged.connect(follow)
        self.column.addLayout(row(Label("A", "small"), slider, Label("A", "h2"), gap=theme.M))
        self.said(_("Ctrl + and Ctrl - change it anywhere, Ctrl 0 puts it back."))


class Languages(Section):
    """The program's language and the ones questions are shown in."""

    unreviewed: frozenset[str] = frozenset()

    def fill(self) -> None:
        settings = self.dialog.settings
        own = Combo(
            [(code, words.language_offered(code)) for code in texts.languages()], settings.language, _("The program")
        )
        own.chosen.connect(lambda code: self.dialog.set(language=code))
        self.line(_("The program"), _("Menus, buttons and notices"), own, rule=True)
        names = self._form_languages()
        english = settings.language == texts.SOURCE_LANGUAGE
        options = [("", _("As each form has it first") if english else _("As the program")), *names]
        first = Combo(options, settings.question_language, _("Respondent"))
        first.chosen.connect(lambda name: self.dialog.set(question_language=name))
        self.line(_("Respondent"), _("The language new interviews begin in"), first)
        options = [("", _("As the program, else English")), *names]
        second = Combo(options, settings.second_language, _("Facilitator"))
        second.chosen.connect(lambda name: self.dialog.set(second_language=name))
        self.line(_("Facilitator"), _("A second, smaller line below every question"), second)
        if any(map(texts.is_draft, texts.languages())) or self.unreviewed:
            self.said(_("Draft: a translation that no native speaker has reviewed yet."))

    def _form_languages(self) -> list[tuple[str, str]]:
        """The languages of all forms with their words; what nobody has reviewed yet says so."""
        if not self.desk.is_open:
            return []
        from cami_survey.operations import forms

        entries = self.desk.survey.forms()
        self.unreviewed = forms.unreviewed(self.desk.survey, entries)
        names = dict.fromkeys(name for form in entries for name in form.languages)
        return words.form_languages(names, self.unreviewed)


class InterviewWalk(Section):
    """How one walks through an interview."""

    def fill(self) -> None:
        walk = Segments(
            [("page", _("Page")), ("one-by-one", _("One by one"))], self.dialog.settings.walk, _("Questions")
        )
        walk.chosen.connect(lambda key: self.dialog.set(walk=key))
        self.line(_("Questions"), _("A page for each group, or one question at a time"), walk, rule=True)
        self.fact(
            "floppy-disk", "good", _("Every answer is saved at once"),
            _("After a power cut the interview opens at the same question."),
        )  # fmt: skip


class Backups(Section):
    """Where copies go, and making one."""

    def fill(self) -> None:
        self.folder = TextField(self.dialog.settings.backup_folder, placeholder=_("Beside the survey file"))
        self.folder.setAccessibleName(_("Folder"))
        self.folder.setMinimumWidth(theme.u(200))
        self.folder.editingFinished.connect(lambda: self.dialog.set(backup_folder=self.folder.text().strip()))
        choose = Button(_("Choose…"))
        choose.clicked.connect(self._choose)
        place = QWidget()
        place.setLayout(row(self.folder, choose))
        self.line(_("Folder"), _("A stick or a second disk is safer than this laptop."), place, rule=True)
        if not self.desk.is_open:
            self.said(_("No survey is open."))
            return
        last = self.desk.survey.last_backup
        when = words.day_and_clock(last) if last is not None else _("never")
        now = Button(_("Make a backup now"), "secondary", "hard-drives")
        now.clicked.connect(self._back_up)
        self.line(_("Last backup"), when, now)
        tried = self.desk.survey.last_drill
        trial = Button(_("Try it out"), "secondary", "shield-check")
        trial.clicked.connect(lambda: self._leave_for("drill"))
        when = words.day_and_clock(tried) if tried is not None else _("never")
        self.line(_("Last time a backup was restored on trial"), when, trial)
        restore = Button(_("Restore…"), "secondary", "clock-counter-clockwise")
        restore.clicked.connect(lambda: self._leave_for("restore"))
        self.line(_("Go back to a backup"), _("What is there now is kept under another name"), restore)
        self.said(_("A backup is checked after it was written. One is made before every merge."))

    def _leave_for(self, what: str) -> None:
        self.dialog.accept()
        self.desk.asked_to_protect.emit(what)

    def _choose(self) -> None:
        folder = open_folder(self, _("Folder for backups"))
        if folder is not None:
            self.folder.setText(str(folder))
            self.dialog.set(backup_folder=str(folder))

    def _back_up(self) -> None:
        self.dialog.accept()
        self.desk.asked_to_back_up.emit()


class Safety(Section):
    """How this file is protected, and checking it."""

    def fill(self) -> None:
        if not self.desk.is_open:
            self.said(_("No survey is open."))
            return
        survey = self.desk.survey
        if survey.encrypted:
            self._encrypted()
        else:
            self.fact(
                "warning", "warn", _("This survey is not encrypted"),
                _("Whoever has the laptop can read it."),
            )  # fmt: skip
            self.line("", "", self._asking(_("Encrypt…"), "key", "lock-key"))
        self.rule()
        self.fact(
            "fingerprint", "muted", _("Every change is signed by this laptop"),
            _("Others recognise it by its fingerprint, which stands under Exchange."),
        )  # fmt: skip
        self.rule()
        self._names()
        self.rule()
        check = Button(_("Check this file"), "secondary", "shield-check")
        check.clicked.connect(self._verify)
        self.line(_("Check this file"), _("Reads every page, hash and signature"), check)

    def _names(self) -> None:
        people = ", ".join(name for name, _recipient in self.desk.survey.names_recipients())
        hint = _("Everybody who gets the answers can read names, too")
        if people:
            hint = _("Only {names} and this laptop can read them").format(names=people)
        self.line(_("Names and contacts"), hint, self._asking(_("Seal names…"), "names", "lock-key"))

    def _encrypted(self) -> None:
        self.fact(
            "lock-key", "good", _("This survey is encrypted"),
            _("Nobody opens it without its password. Keep the password apart from the laptop."),
        )  # fmt: skip
        change = self._asking(_("Change…"), "key", "key")
        change.setAccessibleName(_("Change the password"))
        self.line(_("Password"), _("The file is written anew under a new key"), change)
        n = len(self.desk.survey.recovery_recipients())
        have = ngettext("{n} code opens it besides the password", "{n} codes open it besides the password", n)
        hint = have.format(n=n) if n else _("None yet: if the password is lost, everything is lost")
        buttons = [self._asking(_("Make one…"), "recovery", "printer")]
        if n:
            buttons.insert(0, self._asking(_("Take away…"), "codes", "trash"))
        both = QWidget()
        both.setLayout(row(*buttons))
        self.line(_("Recovery codes"), hint, both)
        minutes = Combo(
            [("0", _("never")), *((str(n), _("{n} minutes").format(n=n)) for n in LOCK_AFTER)],
            str(self.dialog.settings.lock_after),
            _("Lock when nobody types"),
        )
        minutes.chosen.connect(lambda key: self.dialog.set(lock_after=int(key)))
        self.line(_("Lock when nobody types"), _("F12 locks at once; an open interview is kept"), minutes)
        self._keyring()

    def _keyring(self) -> None:
        from cami_survey.operations import keyrings

        if not keyrings.is_there():
            return
        name = _("Open with this computer's keyring")
        switch = self.switch(name, self.dialog.settings.keyring, lambda on: self._use_keyring(on, switch))
        self.line(name, _("Whoever is logged in opens it without the password"), switch)

    def _use_keyring(self, on: bool, switch: Switch) -> None:
        survey = self.desk.survey
        self.dialog.set(keyring=on)

        def work() -> Outcome[None]:
            from cami_survey.operations import keyrings

            return keyrings.remember(survey) if on else keyrings.forget(survey)

        def failed(error: UserError) -> None:
            """Stand as before, so that it can be tried again; the settings may have been closed meanwhile."""
            if isValid(switch):
                self.dialog.set(keyring=not on)
                with QSignalBlocker(switch):
                    switch.setChecked(not on)
            self.desk.feedback.error(error)

        self.desk.do(work, receiver=self.desk, failed=failed)

    def _asking(self, words: str, what: str, icon: str) -> Button:
        """A button that leaves for a dialog of its own."""
        made = Button(words, "secondary", icon)
        made.setEnabled(not self.desk.survey.read_only)
        made.clicked.connect(lambda: self._leave_for(what))
        return made

    def _leave_for(self, what: str) -> None:
        self.dialog.accept()
        self.desk.asked_to_protect.emit(what)

    def _verify(self) -> None:
        self.dialog.accept()
        survey = self.desk.survey

        def work() -> Outcome[object]:
            from cami_survey.base.notices import Outcome
            from cami_survey.operations import surveys

            outcome = surveys.verify(survey)
            return Outcome(outcome.value, outcome.touched, outcome.notices)

        self.desk.do(work, receiver=self.desk)


class Exchange(Section):
    """What others need to know of this laptop."""

    def fill(self) -> None:
        if not self.desk.is_open:
            self.said(_("No survey is open."))
            return
        from cami_survey.operations import packages

        card = packages.card(self.desk.survey)
        self._copied(_("Fingerprint"), _("Read it aloud when somebody asks whose package this is"), card["fingerprint"])
        self.rule()
        self._copied(_("Recipient"), _("Give it to those who write packages for you"), card["recipient"])
        self.rule()
        go = Button(_("Open Exchange"), "secondary", "swap")
        go.clicked.connect(self._go)
        self.line(_("Packages and people"), _("Who gets packages, and which laptops are trusted"), go)

    def _copied(self, name: str, hint: str, text: str) -> None:
        copy = Button(_("Copy"), "secondary", "copy")
        copy.setAccessibleName(_("Copy {name}").format(name=name))
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(text))
        self.line(name, hint, copy)
        shown = TextField(text, name=name)
        shown.setReadOnly(True)
        shown.setCursorPosition(0)
        self.column.addWidget(shown)

    def _go(self) -> None:
        self.dialog.accept()
        self.desk.go.emit("exchange")


SECTIONS: dict[str, type[Section]] = {
    "you": You,
    "look": Look,
    "languages": Languages,
    "interview": InterviewWalk,
    "backups": Backups,
    "safety": Safety,
    "exchange": Exchange,
}
