"""demo."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cami_survey.base.texts import _
from cami_survey.cli.command import Command
from cami_survey.cli.reply import Reply, pairs

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace


def commands() -> list[Command]:
    """The commands of this module."""
    return [
        Command(
            ("demo",),
            _("Make the whole journey with sixty interviews: fill, pack, merge, settle, export."),
            "demonstration",
            _takes_demo,
            demo,
            keyed=False,
            keys=("folder", "files", "pictures", "interviews", "conflicts_settled"),
        )
    ]


def _takes_demo(parser: ArgumentParser) -> None:
    folder = _("the folder to write into; an earlier demonstration there is made anew")
    parser.add_argument("folder", metavar="DIR", type=Path, help=folder)
    parser.add_argument("--no-screenshots", action="store_true", help=_("no pictures of the pages"))


def demo(arguments: Namespace) -> Reply:
    """Make the demonstration journey."""
    from cami_survey.operations import demo as operations

    photographer = None if arguments.no_screenshots else arguments.photographer
    tell = None if arguments.json else _tell
    outcome = operations.demonstrate(arguments.folder, photographer=photographer, tell=tell)
    made = outcome.value
    files = [(what, str(path)) for what, path in made.files]
    value = {
        "folder": str(made.folder),
        "files": [{"what": what, "path": path} for what, path in files],
        "pictures": [str(path) for path in made.pictures],
        "interviews": made.interviews,
        "conflicts_settled": made.settled,
    }
    return Reply(value, ["", *pairs(files)], outcome.notices)


def _tell(text: str) -> None:
    print(text, flush=True)
