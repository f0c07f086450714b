"""What a command is made of."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cami_survey.base.texts import _

if TYPE_CHECKING:
    from cami_survey.cli.reply import Reply
    from cami_survey.operations.surveys import Key
    from cami_survey.store.api import SurveyFile

Photographer = Callable[[Path, Path], list[Path]]
"""Saves a picture of each page of the survey (first) into a folder (second); the window's side provides it."""


@dataclass(frozen=True, slots=True)
class Command:
    """One command. `words` are its name, `example` what a person would type after it.

    `keys` are those of its JSON object besides `ok`, `error` and `notices`.
    """

    words: tuple[str, ...]
    summary: str
    example: str
    declare: Callable[[ArgumentParser], None]
    run: Callable[[Namespace], Reply]
    keys: tuple[str, ...] = ()
    keyed: bool = True

    @property
    def name(self) -> str:
        """The words as typed."""
        return " ".join(self.words)


def takes_survey(parser: ArgumentParser) -> None:
    """The survey file that most commands work on."""
    parser.add_argument("survey", metavar="FILE.cami", type=Path, help=_("the survey file"))


def takes_out_folder(parser: ArgumentParser) -> None:
    """Where a package goes."""
    parser.add_argument("folder", metavar="OUT_DIR", type=Path, help=_("the folder to write into"))


def takes_recipients(parser: ArgumentParser) -> None:
    """Who can read a package."""
    to = _("whom to encrypt for: age recipients, names known to the survey, or files with a recipient")
    parser.add_argument("--to", nargs="+", action="extend", default=[], metavar="RECIPIENT", help=to)


def takes_plain(parser: ArgumentParser) -> None:
    """Whether everybody can read a package."""
    parser.add_argument("--plain", action="store_true", help=_("sign without encrypting: anybody can read it"))


@contextmanager
def survey_of(arguments: Namespace) -> Iterator[SurveyFile]:
    """The survey file that was named, open until the end of the block."""
    from cami_survey.operations import surveys

    outcome = surveys.open_survey(arguments.survey, key=key_of(arguments, arguments.survey))
    with closing(outcome.value) as survey:
        yield survey


@contextmanager
def closing(survey: SurveyFile) -> Iterator[SurveyFile]:
    """Close the survey at the end of the block."""
    try:
        yield survey
    finally:
        survey.close()


def key_of(arguments: Namespace, path: Path) -> Key | None:
    """The key of the survey at `path`, asked for if a person is there to answer."""
    from cami_survey.operations import surveys

    return surveys.read_key(path, arguments.key_file, _ask_key if _is_attended() else None)


def _is_attended() -> bool:
    import sys

    return sys.stdin is not None and sys.stdin.isatty()


def _ask_key() -> str:
    from getpass import getpass

    return getpass(_("Key of the survey file: "))
