"""From a file, whatever its kind, to a form."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from cami_survey.base.texts import _
from cami_survey.engine.errors import FormError, refuse
from cami_survey.engine.form import Form
from cami_survey.engine.reading import read_form
from cami_survey.engine.secondary import Media

XML, OLD_EXCEL, ZIP = ".xml", ".xls", ".xlsx"
LARGEST_FORM = 100_000_000


def load_form(
    source: Path | str | bytes, *, media: Mapping[str, Path | bytes] | Path | str | None = None, name: str = ""
) -> Form:
    """The form in a file or in bytes: an XForm (.xml) or an XLSForm (.xlsx .xls .csv .md).

    `media` holds the files the form refers to, by name or as a folder; without it the folder of the form is looked
    through. Bytes are told apart by their content; `name` helps where that is not enough (.csv, .md).
    FormError with every problem found.
    """
    if isinstance(source, bytes):
        content, ending = source, Path(name).suffix.lower()
    else:
        path = Path(source)
        content, ending = _content(path), path.suffix.lower()
        name = name or path.name
        media = path.parent if media is None else media
    files = Path(media) if isinstance(media, str) else media
    if _is_xml(content, ending):
        return read_form(content, files)
    return _from_sheets(content, ending, name, files)


def _from_sheets(content: bytes, ending: str, name: str, files: Media) -> Form:
    from cami_survey.engine.placing import placed
    from cami_survey.engine.xlsform import convert

    converted = convert(content, ending, name)
    try:
        return read_form(converted.xml, files, warnings=converted.warnings, made=converted.media)
    except FormError as error:
        raise FormError(placed(problem, converted.workbook) for problem in error.problems) from error


def _content(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST_FORM:
            raise refuse(_("{name} is larger than 100 MB.").format(name=path.name), "form.too-large")
        return path.read_bytes()
    except OSError as error:
        raise refuse(
            _("{name} cannot be read: {reason}.").format(name=path.name, reason=error.strerror or error),
            "form.unreadable",
        ) from error


def _is_xml(content: bytes, ending: str) -> bool:
    return ending == XML or (not ending and content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<")
