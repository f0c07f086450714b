"""The export dialog: format and file, which interviews and questions, in which languages, how choices are written."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QStandardPaths, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from cami_survey.base.errors import UserError
from cami_survey.base.form_words import form_title
from cami_survey.base.records import FormEntry
from cami_survey.base.texts import _
from cami_survey.operations.disclosure import PUBLIC
from cami_survey.ui import theme, words
from cami_survey.ui.dialogs.exported import ExportedDialog
from cami_survey.ui.dialogs.frame import DialogFrame, Rows
from cami_survey.ui.dialogs.period import DayField
from cami_survey.ui.dialogs.pick import Pickable, PickButton
from cami_survey.ui.dialogs.survey import SUFFIX, file_name
from cami_survey.ui.feedback import ask, modal, save_file, show_folder
from cami_survey.ui.kit import Button, Combo, TextField, Tick, column, row
from cami_survey.ui.words import form_languages

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from cami_survey.base.notices import Outcome
    from cami_survey.operations.disclosure import Preview
    from cami_survey.operations.export_choices import Choosable
    from cami_survey.operations.export_profiles import Profile
    from cami_survey.operations.exports import Exported
    from cami_survey.ui.desk import Desk
    from cami_survey.ui.dialogs.leaving import LeavingDialog


# Of the dialog, and what two fields beside each other need of it.
WIDTH, NEEDED = 680, 520
# How many people share what is shown, as it is offered.
THRESHOLDS = (5, PUBLIC, 20, 30)


class ExportDialog(DialogFrame):
    """Exports on the worker, with progress in the window behind. `folder_used` carries where the file went."""

    folder_used = Signal(str)

    def __init__(self, desk: Desk, form_id: str = "", parent: QWidget | None = None) -> None:
        super().__init__(
            _("Export"),
            _("A table per form, repeats in tables of their own, a codebook, and where everything came from."),
            parent,
            width=WIDTH,
        )
        self.desk = desk
        newest: dict[str, FormEntry] = {}
        for form in desk.survey.forms():
            newest.setdefault(form.form_id, form)
        self.forms = list(newest.values())
        self.ticks = {
            form.form_id: Tick(form_title(form.title), not form_id or form.form_id == form_id) for form in self.forms
        }
        self.unreviewed = self._unreviewed()
        self.language = Combo(self._languages(), self._own_language(), name=_("Language of labels"))
        self.further = Combo([("", _("No second language")), *self._languages()[1:]], name=_("Second language"))
        self.labels = Combo(
            [("labels", _("Labels")), ("codes", _("Codes")), ("both", _("Both"))], "labels", _("Choices as")
        )
        self.multiple = Combo(
            [("one", _("One column")), ("split", _("One per choice")), ("both", _("Both"))],
            "one",
            _("Several choices in"),
        )
        self.headers = Combo([("names", _("Names")), ("labels", _("Texts of the questions"))], "names", _("First row"))
        self.drafts = Tick(_("Drafts too"))
        self.reader = Combo(
            [("internal", _("Only the team")), ("public", _("Everybody"))], "internal", _("Who will read it")
        )
        self.see = Button(_("What would leave…"))
        self.see.setEnabled(False)
        self.least = Combo(
            [(str(k), _("At least {k} people").format(k=words.number(k))) for k in THRESHOLDS],
            str(PUBLIC),
            _("People who share what is shown"),
        )
        self.places = Combo(
            [
                ("grid", _("Places: middle of a grid cell")),
                ("shift", _("Places: moved, farther in empty land")),
                ("out", _("No places")),
            ],
            "grid",
            _("Places"),
        )
        self.countries = PickButton(_("Countries"), _("All countries"), self._read_countries)
        self.since = DayField(_("From this day"), "2026-01-01")
        self.until = DayField(_("To this day"), "2026-12-31")
        self.columns = PickButton(_("Questions"), _("All questions"), self._read_columns)
        self.format = Combo(list(self._formats().items()), ".xlsx", name=_("Format"))
        self.profiles = self._profiles()
        nothing = _("Choose saved wishes") if self.profiles else _("None saved yet")
        self.profile = Combo([("", nothing), *((name, name) for name in self.profiles)], name=_("Profile"))
        self.keep_as = TextField(placeholder=_("Save under a name"), name=_("Save as profile"))
        self.path = TextField(str(self._proposal()), name=_("File"))
        self.path.setCursorPosition(0)
        self._agreed: Path | None = None
        self.leaving: LeavingDialog | None = None
        self._lay_out()

    def _lay_out(self) -> None:
        forms = QWidget()
        column = QVBoxLayout(forms)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for tick in self.ticks.values():
            column.addWidget(tick)
            tick.toggled.connect(self._check)
        choose = Button(_("Choose…"))
        choose.clicked.connect(self._choose)
        self.format.chosen.connect(self._take_format)
        self.profile.chosen.connect(self._take_profile)
        self.reader.chosen.connect(self._take_reader)
        self.see.clicked.connect(self._show_leaving)
        rows = Rows()
        rows.add(_("Profile"), _side_by_side(self.profile, self.keep_as))
        rows.add(_("Format"), self.format)
        rows.add(_("File"), _side_by_side(self.path, choose))
        rows.add(_("Forms"), forms)
        rows.add(
            _("Who will read it"),
            _side_by_side(self.reader, self.see),
            _("For everybody, names, texts, exact places and what few people share stay here."),
        )
        self._rules = rows.add(_("For everybody"), _side_by_side(self.least, self.places))
        rows.add(_("Interviews"), _side_by_side(self.countries, self.drafts))
        rows.add(_("Period"), _side_by_side(self.since, self.until))
        rows.add(_("Questions"), _side_by_side(self.columns, None))
        unread = _("Draft: a translation that no native speaker has reviewed yet.") if self.unreviewed else ""
        rows.add(_("Language"), self.language)
        rows.add(_("Second language"), self.further, unread)
        rows.add(_("Choices as"), self.labels)
        rows.add(_("Several choices in"), self.multiple)
        rows.add(_("First row"), self.headers)
        self.body.addLayout(rows)
        self.before = Button(_("Earlier exports…"), "quiet", "clock-counter-clockwise")
        self.before.clicked.connect(lambda: modal(ExportedDialog(self.desk, self)))
        self.foot.addWidget(self.before)
        self.main = self.finish_with(_("Export"), "export")
        self.main.clicked.connect(self._export)
        self.main.setFocus()
        self._take_reader(self.reader.key())
        self._check()

    def _languages(self) -> list[tuple[str, str]]:
        names = dict.fromkeys(language for form in self.forms for language in form.languages)
        return [("", _("As each form has it first")), *form_languages(names, self.unreviewed)]

    def _unreviewed(self) -> frozenset[str]:
        from cami_survey.operations.forms import unreviewed

        return unreviewed(self.desk.survey, self.forms)

    def _own_language(self) -> str:
        """The program's language where every form speaks it, as the forms name it."""
        code = f"({self.desk.settings.language})"
        spoken = {next((name for name in form.languages if name.endswith(code)), "") for form in self.forms}
        return spoken.pop() if len(spoken) == 1 else ""

    def _proposal(self) -> Path:
        """A file that is not there yet, in the folder of the last export."""
        documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        folders = (Path(name) for name in (self.desk.settings.export_folder, documents) if name)
        folder = next((folder for folder in folders if folder.is_dir()), Path.home())
        title = file_name(self.desk.survey.title).removesuffix(SUFFIX)
        names = (f"{title}{number}.xlsx" for number in ("", *(f" {n}" for n in range(2, 1000))))
        return next((folder / name for name in names if not (folder / name).exists()), folder / f"{title}.xlsx")

    def _read_countries(self, then: Callable[[list[Pickable]], None]) -> None:
        survey, forms, language = self.desk.survey, self._chosen_forms(), self.language.key()

        def work() -> list[Choosable]:
            from cami_survey.operations import export_choices

            return export_choices.countries(survey, forms, language)

        self.desk.worker.run(work, lambda found: then(_pickable(found)), receiver=self)

    def _read_columns(self, then: Callable[[list[Pickable]], None]) -> None:
        survey, forms, language = self.desk.survey, self._chosen_forms(), self.language.key()

        def work() -> list[Choosable]:
            from cami_survey.operations import export_choices

            return export_choices.columns(survey, forms, language)

        self.desk.worker.run(work, lambda found: then(_pickable(found)), receiver=self)

    def _chosen_forms(self) -> list[str]:
        return [form_id for form_id, tick in self.ticks.items() if tick.isChecked()]

    def _check(self) -> None:
        self.main.setEnabled(any(tick.isChecked() for tick in self.ticks.values()))

    def _choose(self) -> None:
        formats = self._formats()
        chosen = {self.format.key(): formats[self.format.key()], **formats}
        filters = ";;".join(f"{name} (*{ending})" for ending, name in chosen.items())
        path = save_file(self, _("Export"), self.path.text(), filters)
        if path is not None:
            # The system's dialog has asked whether a file that is there may be replaced.
            self._agreed = path
            self._show_path(path if path.suffix else path.with_name(path.name + self.format.key()))
            self.format.choose(self._ending())

    def _show_path(self, path: Path) -> None:
        self.path.setText(str(path))
        self.path.setCursorPosition(0)

    def _ending(self) -> str:
        """The ending of the file, as the list of formats has it; that of a workbook for an unknown one."""
        name = self.path.text().casefold()
        return max((ending for ending in self._formats() if name.endswith(ending)), key=len, default=".xlsx")

    def _formats(self) -> dict[str, str]:
        from cami_survey.operations.export_formats import titles

        return titles()

    def _profiles(self) -> dict[str, Profile]:
        from cami_survey.operations.export_profiles import profiles

        return profiles(self.desk.survey)

    def _take_reader(self, reader: str) -> None:
        """Drafts never leave for the public, and rules are for it alone."""
        self.see.setEnabled(reader == "public")
        self.drafts.setEnabled(reader != "public")
        for widget in self._rules:
            widget.setVisible(reader == "public")
        self.fit()

    def _show_leaving(self) -> None:
        """Show what an export for the public would hold."""
        self._preview((_("Understood"), "check"), lambda: None)

    def _preview(self, go: tuple[str, str], then: Callable[[], object]) -> None:
        """Show what would leave with the wishes of now; `then` when it may."""
        from cami_survey.operations import export_profiles

        survey = self.desk.survey
        try:
            wishes = export_profiles.wishes(self._wished())
        except UserError as error:
            self.refuse(f"{error.sentence} {error.advice}")
            return
        self.refuse("")
        limits = {name: wishes[name] for name in ("language", "columns", "only")}

        def work() -> Outcome[Preview]:
            from cami_survey.operations import disclosure

            return disclosure.preview(survey, wishes["forms"], wishes["public"], **limits)

        def show(outcome: Outcome[Preview]) -> None:
            from cami_survey.ui.dialogs.leaving import of_answers

            self.leaving = of_answers(self.desk, outcome, go, self)
            self.leaving.accepted.connect(then)
            self.leaving.finished.connect(self._close_leaving)
            modal(self.leaving)

        def refused(error: UserError) -> None:
            self.refuse(f"{error.sentence} {error.advice}")

        self.desk.worker.run(work, show, receiver=self, failed=refused)

    def _close_leaving(self) -> None:
        self.leaving = None

    def _take_format(self, ending: str) -> None:
        """The file gets the ending; statistics programs want a column per choice."""
        name = self.path.text()
        self._show_path(Path(name.removesuffix(name[len(name) - len(self._ending()) :]) + ending))
        if ending.startswith((".sav", ".dta")):
            self.multiple.choose("split")

    def _take_profile(self, name: str) -> None:
        """Show the wishes of a profile."""
        if name not in self.profiles:
            return
        wished = self.profiles[name]
        first, second, *_more = [*wished.languages.split("\n"), "", ""]
        self.format.choose(wished.ending)
        self._take_format(wished.ending)
        self.language.choose(first)
        self.further.choose(second)
        self.labels.choose(wished.choices)
        self.multiple.choose(wished.multiple or "one")
        self.headers.choose(wished.headers)
        self.drafts.setChecked(bool(wished.drafts))
        self.countries.choose(wished.countries.split())
        self.since.setText(wished.since)
        self.until.setText(wished.until)
        self.columns.choose(wished.columns.split("\n") if wished.columns else ())
        self.reader.choose(wished.reader or "internal")
        asked = int(wished.threshold) if wished.threshold.isdecimal() else PUBLIC
        self.least.choose(str(next((k for k in THRESHOLDS if k >= asked), THRESHOLDS[-1])))
        self.places.choose(wished.places or "grid")
        self._take_reader(self.reader.key())
        for form_id, tick in self.ticks.items():
            tick.setChecked(not wished.forms or form_id in wished.forms.split("\n"))

    def _wished(self) -> Profile:
        """What the dialog shows, as a profile."""
        from cami_survey.operations.export_profiles import Profile

        chosen = self._chosen_forms()
        languages = [self.language.key(), self.further.key()]
        return Profile(
            self._ending(),
            # All of them are also those that this survey does not know.
            "" if len(chosen) == len(self.ticks) else "\n".join(chosen),
            "\n".join(languages if languages[1] else languages[:1]),
            self.labels.key(),
            self.multiple.key(),
            self.headers.key(),
            "yes" if self.drafts.isChecked() else "",
            "\n".join(self.columns.keys()),
            "\n".join(self.countries.keys()),
            self.since.text().strip(),
            self.until.text().strip(),
            *(self._wished_rules() if self.reader.key() == "public" else ()),
        )

    def _wished_rules(self) -> tuple[str, ...]:
        """What is not asked here stays as the profile has it."""
        base = self.profiles.get(self.profile.key())
        kept = (base.kilometres, base.keep) if base else ("", "")
        return "public", self.least.key(), self.places.key(), *kept

    def _target(self) -> Path | None:
        """Where to write; None when it cannot be there, which is said, or must not be replaced."""
        from cami_survey.operations.exports import check_target

        target = Path(self.path.text().strip()).expanduser()
        target = target if target.suffix or not target.name else target.with_suffix(".xlsx")
        try:
            check_target(target)
        except UserError as error:
            self.refuse(f"{error.sentence} {error.advice}")
            self.path.setFocus()
            return None
        if not target.exists() or target == self._agreed:
            return target
        title, loss = _("Replace {name}?").format(name=target.name), _("What is in the file now will be gone.")
        return target if ask(self, title, loss, _("Replace"), danger=True) else None

    def _export(self) -> None:
        from cami_survey.operations import export_profiles

        survey, target, wished = self.desk.survey, self._target(), self._wished()
        if target is None:
            return
        try:
            wishes = export_profiles.wishes(wished)
            if self.keep_as.text().strip():
                export_profiles.save(survey, self.keep_as.text(), wished)
        except UserError as error:
            self.refuse(f"{error.sentence} {error.advice}")
            return

        if wished.reader == "public":
            self._preview((_("Export"), "export"), lambda: self._write(target, wishes))
        else:
            self._write(target, wishes)

    def _write(self, target: Path, wishes: Mapping[str, Any]) -> None:
        """Write the file and close."""
        survey = self.desk.survey

        def work(report: Callable[[int, int], None]) -> Outcome[Exported]:
            from cami_survey.operations import exports

            return exports.export(survey, target, progress=report, **wishes)

        def offer(exported: Exported) -> None:
            self.desk.feedback.offer(_("Open the folder"), lambda: show_folder(exported.path.parent))

        self.folder_used.emit(str(target.parent))
        self.accept()
        what = _("Writing {name}").format(name=target.name)
        self.desk.do_long(what, work, offer, receiver=self.desk, stopped=self.desk.say_stopped)


def _pickable(found: Sequence[Choosable]) -> list[Pickable]:
    return [Pickable(one.key, one.label, one.about) for one in found]


def _side_by_side(*fields: QWidget | None) -> QWidget:
    """Fields that belong together, in one line; one below the other when the text is large. None takes free room."""
    line = QWidget()
    line.setLayout(row(*fields) if theme.fits(WIDTH, NEEDED) else column(*fields))
    return line
