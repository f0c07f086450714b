"""Where a form comes from: a file, bytes, a folder or a zip with the form and its files."""

from __future__ import annotations

import io
import os
import re
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from cami_survey.base import system_errors
from cami_survey.base.texts import _
from cami_survey.engine.errors import FormError, refuse
from cami_survey.engine.secondary import Media
from cami_survey.engine.workbook import check_packing, unpacked

LARGEST_FORM = 100_000_000
LARGEST_ZIP = 300_000_000
SHEETS = (".xlsx", ".xlsm", ".xls")
Given = Mapping[str, Path | bytes] | Path | str | None
LEFT_OUT = re.compile(r"(^|/)(__MACOSX|\.[^/]*|~\$[^/]*|Thumbs\.db|desktop\.ini)(/|$)", re.IGNORECASE)


class FormSource(NamedTuple):
    """The form's own file and what lies beside it. `name` is the file's, `ending` its suffix in small letters."""

    content: bytes
    name: str
    media: Media

    @property
    def ending(self) -> str:
        return self.name and os.path.splitext(self.name)[1].lower()  # noqa: PTH122 - half the time of a path, for each form that is opened


def open_source(source: Path | str | bytes, media: Given, name: str) -> FormSource:
    """Find the form in whatever was given; FormError where there is none, or more than one."""
    files = Path(media) if isinstance(media, str) else media
    if isinstance(source, bytes):
        return _from_zip(source, files, name) if _is_bundle(source) else FormSource(source, name, files)
    path = Path(source)
    if path.is_dir():
        return _from_folder(path, files)
    content = read_file(path)
    if _is_bundle(content):
        return _from_zip(content, files, path.name)
    return FormSource(content, name or path.name, path.parent if files is None else files)


def read_file(path: Path) -> bytes:
    """The bytes of a file; FormError if it cannot be read or is too large for a form."""
    try:
        if path.stat().st_size > LARGEST_FORM:
            raise refuse(_("{name} is larger than 100 MB.").format(name=path.name), "form.too-large")
        return path.read_bytes()
    except OSError as error:
        raise refuse(
            _("{name} cannot be read: {reason}.").format(name=path.name, reason=system_errors.in_words(error)),
            "form.unreadable",
        ) from error


def _is_bundle(content: bytes) -> bool:
    """Whether these bytes are a zip of files rather than a workbook, which is a zip too."""
    if content[:2] != b"PK":
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OverflowError):
        return False
    return "[Content_Types].xml" not in names and not any(name.startswith("xl/") for name in names)


def _from_folder(folder: Path, media: Media) -> FormSource:
    """The one form in a folder; the other files, also those one folder below, are its media."""
    files = {
        path.relative_to(folder).as_posix(): path
        for pattern in ("*", "*/*")
        for path in sorted(folder.glob(pattern))
        if path.is_file() and not LEFT_OUT.search(path.relative_to(folder).as_posix())
    }
    chosen = choose_form(files, lambda name: read_file(files[name]), folder.name)
    beside: dict[str, Path | bytes] = {PurePosixPath(name).name: files[name] for name in files if name != chosen}
    return FormSource(read_file(files[chosen]), PurePosixPath(chosen).name, {**beside, **_given(media)})


def _given(media: Media) -> Mapping[str, Path | bytes]:
    return media if isinstance(media, Mapping) else {}


def _from_zip(content: bytes, media: Media, name: str) -> FormSource:
    files = unpack(content, name)
    chosen = choose_form(files, files.__getitem__, name)
    beside: dict[str, Path | bytes] = {PurePosixPath(key).name: text for key, text in files.items() if key != chosen}
    return FormSource(files[chosen], PurePosixPath(chosen).name, {**beside, **_given(media)})


def unpack(content: bytes, name: str) -> dict[str, bytes]:
    """The files of a zip by their path in it; FormError, before anything is unpacked, if the zip is up to no good."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            check_packing(members, LARGEST_ZIP)
            for member in members:
                _check_member(member)
            members = [member for member in members if not LEFT_OUT.search(member.filename.replace("\\", "/"))]
            files = {member.filename.replace("\\", "/"): unpacked(archive, member) for member in members}
    except FormError:
        raise
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, ValueError, OSError) as error:
        raise refuse(_("{name} is damaged: it cannot be unpacked.").format(name=name), "form.damaged") from error
    return files


def _check_member(member: zipfile.ZipInfo) -> None:
    path = PurePosixPath(member.filename.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or ":" in member.filename or "\0" in member.filename:
        text = _("The zip was not opened: the file “{name}” in it wants to lie outside of it.")
        raise refuse(text.format(name=member.filename[:80]), "form.unsafe-zip")
    if member.flag_bits & 1:
        raise refuse(_("The zip is locked with a password. Unpack it first."), "form.locked-zip")
    if stat.S_ISLNK(member.external_attr >> 16):
        text = _("The zip was not opened: “{name}” in it is a link to another file.")
        raise refuse(text.format(name=member.filename[:80]), "form.unsafe-zip")


def choose_form(names: Iterable[str], read: Callable[[str], bytes], where: str) -> str:
    """The form among files: workbooks before XForms before tables in text; FormError if it is not one."""
    top = sorted(names, key=lambda name: (name.count("/"), name))
    kinds = (
        [name for name in top if name.lower().endswith(SHEETS)],
        [name for name in top if name.lower().endswith(".xml") and _is_xform(read(name))],
        [name for name in top if name.lower().endswith(".md") and _is_table(read(name))],
        [name for name in top if name.lower().endswith(".csv") and _is_survey(read(name))],
    )
    found = next((kind for kind in kinds if kind), [])
    shallow = [name for name in found if name.count("/") == found[0].count("/")] if found else []
    if not shallow:
        raise refuse(_("There is no form in {name}.").format(name=where), "form.none-inside")
    if len(shallow) > 1:
        text = _("There are several forms in {name}: {forms}. Choose one of them.")
        raise refuse(text.format(name=where, forms=", ".join(shallow[:5])), "form.several-inside")
    return shallow[0]


def _is_xform(content: bytes) -> bool:
    return b"http://www.w3.org/2002/xforms" in content[:20_000]


def _is_table(content: bytes) -> bool:
    return re.search(rb"(?mi)^[ \t]*\|[ \t]*survey[ \t]*\|", content) is not None


def _is_survey(content: bytes) -> bool:
    return re.match(rb'(?i)(\xef\xbb\xbf)?"?survey"?\s*(,|\r|\n)', content) is not None
