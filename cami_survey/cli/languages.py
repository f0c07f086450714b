"""docs/languages.md, counted from the questionnaires and catalogues: `python -m cami_survey.cli.languages FILE`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from cami_survey.base.places import shipped
from cami_survey.cli import catalogues, questionnaires
from cami_survey.engine.api import Form, Workbook, load_form, read_workbook
from cami_survey.exports.formtexts import Texts, default_language, languages_of

INTRODUCTION = """# Languages

How much of the questionnaires and of the program each language has, and who has read it. A translation is a **draft**,
not yet reviewed by a native speaker, until a reviewer's name stands in `forms/texts/reviews.csv`; the program says so
wherever the language of a form is chosen. A question counts as translated when its label, hint, guidance and messages
are; answers count as texts alone.

A further language of a questionnaire is texts: `forms/texts/CODE.csv`, a line in `forms/texts/reviews.csv`, then
`python3 make.py forms`. For translators `cami-survey form translate-out` makes a workbook, and `form translate-in`
checks what comes back.

This page is written by `python3 make.py languages`.
"""
FORM_HEAD = "| language | questions | texts | translated | missing | state |\n|---|---|---|---|---|---|\n"
PROGRAM_HEAD = "| language | texts | translated | missing | state |\n|---|---|---|---|---|\n"
SOURCE_STATE = "source"


def page() -> str:
    """The whole page."""
    return f"{INTRODUCTION}\n{forms()}\n{program()}"


def forms() -> str:
    """The chapter on the questionnaires."""
    return "## Questionnaires\n" + "".join(map(_form, questionnaires.forms()))


def _form(name: str) -> str:
    content = (shipped("forms") / f"{name}.xlsx").read_bytes()
    form, book = load_form(content, media=shipped("forms")), read_workbook(content)
    rows = (_row(form, book, language) for language in languages_of(book))
    return f"\n### {form.title}\n\n`{name}`, version {form.version}\n\n{FORM_HEAD}{''.join(rows)}"


def _row(form: Form, book: Workbook, language: str) -> str:
    texts = Texts(book, default_language(book), language).all()
    lacking = {text.key.rpartition("/")[0] for text in texts if not text.target}
    asked = {f"survey/{node.name}" for node in form.nodes if node.asks}
    missing = sum(not text.target for text in texts)
    review = form.reviews.get(language)
    state = _state(review.reviewer, review.day) if review else SOURCE_STATE
    return _line(language, len(asked - lacking), len(texts), len(texts) - missing, missing, state)


def program() -> str:
    """The chapter on the texts of the program."""
    return f"## Program\n\nMenus, pages, notices and the command line.\n\n{PROGRAM_HEAD}{''.join(_catalogues())}"


def _catalogues() -> Iterator[str]:
    texts = {message.id for message in catalogues.extract() if message.id}
    yield _line("English (en)", len(texts), len(texts), 0, SOURCE_STATE)
    reviews = {language.code: language for language in questionnaires.reviews().get(questionnaires.PROGRAM, ())}
    for path in catalogues.catalogues():
        code, catalog = path.parent.parent.name, catalogues.read(path)
        lacking = texts - {message.id for message in catalog}
        missing = len(lacking | {message.id for message in catalogues.untranslated(catalog)} & texts)
        review = reviews.get(code)
        state = _state(review.reviewer, review.reviewed_on) if review else _state("", "")
        name = catalog.locale.english_name if catalog.locale else code
        yield _line(f"{name} ({code})", len(texts), len(texts) - missing, missing, state)


def _line(*cells: object) -> str:
    return f"| {' | '.join(map(str, cells))} |\n"


def _state(reviewer: str, day: str) -> str:
    if not reviewer:
        return "draft, not yet reviewed by a native speaker"
    return f"reviewed by {reviewer}{f', {day}' if day else ''}"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page(), "utf-8")
