"""From a file, whatever its kind, to a form."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from cami_survey.engine.errors import FormError, FormProblem
from cami_survey.engine.form import Form
from cami_survey.engine.reading import read_form
from cami_survey.engine.sources import FormSource, open_source

if TYPE_CHECKING:
    from cami_survey.engine.compiled.cache import FormCache

XML = ".xml"


def load_form(
    source: Path | str | bytes,
    *,
    media: Mapping[str, Path | bytes] | Path | str | None = None,
    name: str = "",
    compiled: Path | None = None,
) -> Form:
    """The form in a file or in bytes: an XForm (.xml), an XLSForm (.xlsx .xls .csv .md), or a folder or zip with one.

    `media` holds the files the form refers to, by name or as a folder; without it the folder of the form is looked
    through. Bytes are told apart by their content; `name` helps where that is not enough (.csv, .md).
    `compiled`: a folder where XForms that were read are kept as plain data, to be read sooner the next time.
    FormError with every problem found.
    """
    found = open_source(source, media, name)
    return form_of(found) if compiled is None or not is_xml(found) else _cached(found, compiled)


def _cached(source: FormSource, folder: Path) -> Form:
    """The form as it was kept; otherwise read, and kept."""
    cache = _cache_in(folder)
    known = cache.find(source.content, source.media)
    if known is None:
        known = read_form(source.content, source.media)
        cache.keep(known)
    return known


@lru_cache(maxsize=8)
def _cache_in(folder: Path) -> FormCache:
    """The kept forms of a folder, with all that keeping them needs."""
    from cami_survey.engine.compiled.cache import FormCache

    return FormCache(folder)


def form_of(source: FormSource) -> Form:
    """The form of an opened source; FormError with every problem found."""
    if is_xml(source):
        return read_form(source.content, source.media)
    from cami_survey.engine.mending.examine import diagnose
    from cami_survey.engine.xlsform import RefusedError, read_sheets, read_workbook_form

    workbook = read_sheets(source.content, source.ending, source.name)
    try:
        return read_workbook_form(workbook, source.name, source.media)
    except (RefusedError, FormError) as error:
        raise FormError(in_order(diagnose(workbook, source.name, source.media, error).problems)) from error


def is_xml(source: FormSource) -> bool:
    """Whether the source is an XForm rather than sheets."""
    ending = source.ending
    return ending == XML if ending else source.content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")


def in_order(problems: list[FormProblem]) -> list[FormProblem]:
    """As they stand in the sheets, those without a place last."""
    return sorted(problems, key=lambda problem: (not problem.sheet, problem.sheet, problem.row or 0, problem.column))
