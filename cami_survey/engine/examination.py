"""What an import of a form says: the form or why not, what was noticed, and the repaired copy if there can be one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cami_survey.engine.errors import FormError, FormProblem
from cami_survey.engine.form import Form
from cami_survey.engine.loading import in_order, is_xml
from cami_survey.engine.reading import read_form
from cami_survey.engine.sources import FormSource, open_source
from cami_survey.engine.workbook import Workbook


@dataclass(frozen=True, slots=True)
class Examined:
    """`form` is None where there are `problems`. `noticed` stops nothing. `source` is the form's own file.

    `repaired` is an .xlsx that loads and has all repairs; None without any, or where a person is needed.
    """

    form: Form | None
    problems: tuple[FormProblem, ...]
    noticed: tuple[FormProblem, ...]
    source: FormSource | None = None
    repaired: bytes | None = None


def examine_form(
    source: Path | str | bytes, *, media: Mapping[str, Path | bytes] | Path | str | None = None, name: str = ""
) -> Examined:
    """Load a form as `load_form` does and say everything about it instead of raising."""
    opened = None
    try:
        opened = open_source(source, media, name)
        if is_xml(opened):
            return _of_form(read_form(opened.content, opened.media), None, opened)
        return _of_sheets(opened)
    except FormError as error:
        return Examined(None, tuple(error.problems), (), opened)


def _of_sheets(source: FormSource) -> Examined:
    from cami_survey.engine.mending.examine import diagnose
    from cami_survey.engine.xlsform import RefusedError, read_sheets, read_workbook_form

    workbook = read_sheets(source.content, source.ending, source.name)
    try:
        return _of_form(read_workbook_form(workbook, source.name, source.media), workbook, source)
    except (RefusedError, FormError) as error:
        draft = diagnose(workbook, source.name, source.media, error)
    if not draft.whole:
        return Examined(None, tuple(in_order(draft.problems)), (), source)
    return _repaired(draft.problems, draft.workbook, source)


def _repaired(problems: list[FormProblem], workbook: Workbook, source: FormSource) -> Examined:
    """The copy, once it was read back and found to be a form."""
    from cami_survey.engine.loading import form_of
    from cami_survey.engine.mending.copies import repaired_copy

    try:
        copy = repaired_copy(source.content, workbook)
        form_of(source._replace(content=copy, name="copy.xlsx"))
    except FormError as error:
        return Examined(None, tuple(in_order([*problems, *error.problems])), (), source)
    return Examined(None, tuple(in_order(problems)), (), source, copy)


def _of_form(form: Form, workbook: Workbook | None, source: FormSource) -> Examined:
    from cami_survey.engine.lint.rules import notices
    from cami_survey.engine.mending.files import file_notices, tidied

    about = file_notices(source) if workbook is not None else []
    copy = tidied(source, workbook, about) if workbook is not None else None
    return Examined(form, (), tuple(in_order([*notices(form, workbook), *about])), source, copy)
