"""Files that answer a question: what a question takes, and what becomes of a file before it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from cami_survey.base import system_errors
from cami_survey.base.errors import UserError
from cami_survey.base.texts import _

if TYPE_CHECKING:
    from datetime import datetime

    from cami_survey.engine.api import Changed
    from cami_survey.operations.pictures import Keep
    from cami_survey.operations.running import Interview

Kind = Literal["image", "audio", "video", "file"]

PICTURES = frozenset({".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff"})
# What no library here reads, and what may hold a place: not even as a mere file.
UNREAD_PICTURES = frozenset({".heic", ".heif", ".avif"})
BOTH = frozenset({".mp4", ".3gp", ".3g2", ".webm", ".ogg", ".mkv", ".wmv", ".asf"})
SOUNDS = BOTH | {".mp3", ".wav", ".oga", ".opus", ".m4a", ".aac", ".amr", ".flac", ".wma", ".aif", ".aiff", ".mka"}
FILMS = BOTH | {".mov", ".m4v", ".avi", ".mpg", ".mpeg", ".ogv", ".mts", ".m2ts"}
SUFFIXES: dict[Kind, frozenset[str]] = {
    "image": PICTURES,
    "audio": SOUNDS,
    "video": FILMS,
    "file": frozenset(),
}
LARGEST = 100_000_000
METADATA, MOST_PIXELS = "metadata", "max-pixels"
KEEPS: dict[str, Keep] = {"keep": "camera", "keep-place": "place"}


class Wanted(NamedTuple):
    """What a question takes: the kind of file, the longest side of a picture in px (0: any), what is kept of notes.

    `suffixes` are the endings of names it takes, none for every file.
    """

    kind: Kind = "file"
    most: int = 0
    keep: Keep = "nothing"
    suffixes: frozenset[str] = frozenset()


class Attachment(NamedTuple):
    """A file as it is kept: its bytes and the ending of its name."""

    content: bytes
    suffix: str


def wanted(attributes: Mapping[str, str]) -> Wanted:
    """What the question with these attributes of bind and control takes.

    A form asks for the notes of a camera by `bind::cami:metadata`: "keep" without the place, "keep-place" with it.
    """
    named = {name.rpartition("}")[2].rpartition(":")[2]: value.strip() for name, value in attributes.items()}
    kind = _kind(named.get("mediatype", ""))
    most = named.get(MOST_PIXELS, "")
    accepted = frozenset(part.strip().casefold() for part in named.get("accept", "").split(",") if part.strip())
    own = frozenset(part for part in accepted if part.startswith("."))
    return Wanted(
        kind,
        int(most) if most.isascii() and most.isdecimal() and len(most) < 7 else 0,
        KEEPS.get(named.get(METADATA, ""), "nothing"),
        own if own and own == accepted else SUFFIXES[kind],
    )


def _kind(mediatype: str) -> Kind:
    for kind in ("image", "audio", "video"):
        if mediatype and all(part.strip().startswith(f"{kind}/") for part in mediatype.split(",")):
            return kind
    return "file"


def read(path: Path, want: Wanted) -> Attachment:
    """The file at `path` as it will be kept; UserError for what the question does not take or cannot be read."""
    return prepared(content_of(path), path.name, want)


def attach(interview: Interview, ref: str, path: Path, now: datetime) -> Changed:
    """Answer a question with the file at `path`, as `read` makes it; UserError where it cannot be."""
    node = interview.session.node(ref)
    if node.control != "upload":
        raise UserError(
            "attachment.no-file",
            _("The question {name} takes no file.").format(name=node.name),
            advice=_("Attach it to a question for a photograph, a sound, a film or a file."),
            where=ref,
        )
    made = read(path, wanted(node.attributes))
    return interview.attach(ref, made.content, interview.file_name(made.suffix, now))


def content_of(path: Path) -> bytes:
    """The bytes of a file no larger than files that are attached; UserError where it cannot be read."""
    try:
        if path.is_dir():
            raise UserError(
                "attachment.folder",
                _("“{file}” is a folder.").format(file=path.name),
                advice=_("Choose a file in it."),
                where=path.name,
            )
        _check_size(path.stat().st_size, path.name)
        return path.read_bytes()
    except FileNotFoundError as error:
        raise UserError(
            "attachment.gone",
            _("“{file}” is no longer there.").format(file=path.name),
            advice=_("Put the card or stick back in, or choose another file."),
            where=path.name,
        ) from error
    except OSError as error:
        raise UserError(
            "attachment.unreadable",
            _("“{file}” cannot be read: {reason}.").format(file=path.name, reason=system_errors.in_words(error)),
            advice=_("Copy it to this laptop first, then choose the copy."),
            where=path.name,
        ) from error


def prepared(content: bytes, name: str, want: Wanted) -> Attachment:
    """The file as it will be kept: a picture without notes and no larger than wanted, a film without its place."""
    from cami_survey.operations import pictures, recordings

    _check_size(len(content), name)
    suffix = Path(name).suffix.casefold()
    if not content:
        raise UserError("attachment.empty", _("“{file}” is empty.").format(file=name), where=name)
    if want.kind == "image" or suffix in PICTURES | UNREAD_PICTURES:
        if want.kind not in ("image", "file"):
            raise _another_kind(name, want)
        return Attachment(*pictures.cleaned(content, name, keep=want.keep, most=want.most))
    if want.suffixes and suffix not in want.suffixes:
        raise _another_kind(name, want)
    if want.keep != "place" and suffix in SOUNDS | FILMS:
        content = recordings.without_notes(content)
    return Attachment(content, suffix)


def _check_size(size: int, name: str) -> None:
    if size > LARGEST:
        raise UserError(
            "attachment.too-large",
            _("“{file}” is larger than {limit} MB.").format(file=name, limit=LARGEST // 1_000_000),
            advice=_("Choose a smaller file."),
            where=name,
        )


def _another_kind(name: str, want: Wanted) -> UserError:
    sentences = {
        "audio": _("“{file}” is no sound file."),
        "video": _("“{file}” is no film."),
        "file": _("The form does not take “{file}” here."),
    }
    endings = " ".join(sorted(want.suffixes))
    return UserError(
        "attachment.another-kind",
        sentences[want.kind].format(file=name),
        advice=_("It takes files that end in {endings}.").format(endings=endings),
        where=name,
    )
