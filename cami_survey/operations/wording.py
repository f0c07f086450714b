"""Fields and values of records in the words of their forms, each form read once for many records."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from cami_survey.base import texts
from cami_survey.base.errors import UserError
from cami_survey.base.sealed import is_sealed, shown

if TYPE_CHECKING:
    from cami_survey.base.records import RecordView
    from cami_survey.engine.api import Form
    from cami_survey.store.api import SurveyFile


class Wording:
    """Labels in `language`, else in the program's where the form has it, else in the form's own.

    Without the form everything stands as it is kept.
    """

    def __init__(self, survey: SurveyFile, language: str | None = None) -> None:
        self._survey, self._language = survey, language
        self._forms: dict[tuple[str, str], Form | None] = {}
        self._labels: dict[tuple[str, str], dict[str, str]] = {}
        self._choices: dict[tuple[str, str, str], dict[str, str]] = {}

    def form(self, view: RecordView) -> Form | None:
        """The form of a record, None if it is not here."""
        from cami_survey.operations.forms import form_of

        key = (view.form_id, view.form_version)
        if key not in self._forms:
            try:
                self._forms[key] = form_of(self._survey, *key)
            except UserError:
                self._forms[key] = None
        return self._forms[key]

    def code(self, view: RecordView) -> str:
        """What a record is called by; empty if it has no code."""
        from cami_survey.operations.summaries import summarise

        form = self.form(view)
        return summarise(form, view.answers).code if form is not None else ""

    def label(self, view: RecordView, field: str) -> str:
        """The words of a question, else its name."""
        from cami_survey.operations.summaries import last_name, path_of

        return self._read(view).get(path_of(field)) or last_name(field)

    def order(self, view: RecordView) -> Callable[[str], tuple[int, str]]:
        """A key that sorts fields as the form asks them."""
        from cami_survey.operations.summaries import path_of

        places = {path: at for at, path in enumerate(self._read(view))}
        return lambda field: (places.get(path_of(field), len(places)), field)

    def readable(self, view: RecordView, field: str, value: str) -> str:
        """An answer as a person reads it: labels for chosen values."""
        from cami_survey.operations.summaries import lexicon_of, path_of

        form, path = self.form(view), path_of(field)
        if form is None or is_sealed(value):
            return shown(value)
        lexicon = lexicon_of(form)
        if path not in lexicon.words:
            return value
        labels = self._labels_of_choices(view, form, path)
        values = value.split() if path in lexicon.several else [value]
        return ", ".join(labels.get(one) or lexicon.label(path, one) for one in values)

    def language(self, form: Form) -> str:
        """The form's own name of the language that its words are read in."""
        from cami_survey.operations.beginnings import language_in, language_of

        own = language_in(form.languages, texts.language())
        return language_of(form, self._language) or own or form.default_language

    def _labels_of_choices(self, view: RecordView, form: Form, path: str) -> dict[str, str]:
        key = (view.form_id, view.form_version, path)
        if key not in self._choices:
            nodes = [node for node in form.nodes if node.path == path]
            chosen = (choice for node in nodes for choice in node.choices(self.language(form)))
            self._choices[key] = {choice.value: choice.label for choice in chosen}
        return self._choices[key]

    def _read(self, view: RecordView) -> dict[str, str]:
        form, key = self.form(view), (view.form_id, view.form_version)
        if key not in self._labels:
            language = self.language(form) if form is not None else ""
            nodes = form.nodes if form is not None else ()
            self._labels[key] = {node.path: node.label(language) or "" for node in nodes}
        return self._labels[key]
