"""The command line as a whole: reads it, and says what is wrong with it."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from cami_survey import __version__
from cami_survey.base.errors import nearest
from cami_survey.base.texts import _
from cami_survey.cli.reply import WRONG_USE, print_json, wrong_use
from cami_survey.cli.usage import Formatter, RawFormatter, complaint, name_parts

if TYPE_CHECKING:
    from argparse import _SubParsersAction

    from cami_survey.cli.command import Command

PROGRAM = "cami-survey"
JSON = "--json"


class Parser(ArgumentParser):
    """An argument parser whose complaints are JSON when that was asked for, and name the nearest command."""

    as_json = False
    names: tuple[str, ...] = ()

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"formatter_class": Formatter, "add_help": False, **options})
        name_parts(self)

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and leave with exit code 2."""
        message = complaint(message)
        advice = _("Try: {command}").format(command=f"{self.prog} --help")
        if self.as_json:
            print_json(wrong_use(message, advice))
        else:
            print(message, file=sys.stderr)
            print(advice, file=sys.stderr)
        sys.exit(WRONG_USE)

    def check_command(self, name: str) -> None:
        """Refuse a name that is no command, with the nearest one that is."""
        if name in self.names:
            return
        near = nearest(name, self.names)
        text = _("There is no command “{name}”.").format(name=name)
        self.error(text + (" " + _("Did you mean “{name}”?").format(name=near) if near else ""))


def build(commands: Sequence[Command], arguments: Sequence[str] = ()) -> Parser:
    """The parser for these arguments: of the commands that begin with their first word, or of all if none does."""
    first = next((argument for argument in arguments if argument != JSON), "")
    parser = Parser(
        prog=PROGRAM,
        description=_("Field surveys without a network. Without a command the window opens."),
        epilog=_("Exit code 0: done, 1: refused with a notice, 2: wrong use."),
    )
    parser.add_argument(
        "--version", action="version", version=f"CAMI Survey {__version__}", help=_("show the version and exit")
    )
    parser.names = tuple(dict.fromkeys(command.words[0] for command in commands))
    places: dict[tuple[str, ...], _SubParsersAction[Parser]] = {
        (): parser.add_subparsers(metavar=_("COMMAND"), title=_("Commands"), required=True)
    }
    for command in [command for command in commands if command.words[0] == first] or commands:
        _add(_place(places, command, commands), command)
    return parser


def _place(
    places: dict[tuple[str, ...], _SubParsersAction[Parser]], command: Command, commands: Sequence[Command]
) -> _SubParsersAction[Parser]:
    """Where a command belongs: at the top, or below the word it shares with others."""
    above = command.words[:-1]
    if above not in places:
        inner = [other.words[1] for other in commands if other.words[:1] == above]
        summary = _("{command}: {names}").format(command=above[0], names=", ".join(inner))
        group = places[()].add_parser(above[0], help=summary, description=summary)
        group.names = tuple(inner)
        places[above] = group.add_subparsers(metavar=_("COMMAND"), title=_("Commands"), required=True)
    return places[above]


def _add(place: _SubParsersAction[Parser], command: Command) -> None:
    parser = place.add_parser(
        command.words[-1],
        help=command.summary,
        description=command.summary,
        epilog=_("Example:") + f"\n  {PROGRAM} {command.name} {command.example}",
        formatter_class=RawFormatter,
    )
    command.declare(parser)
    if command.keyed:
        text = _("a file that holds the key of an encrypted survey; or set CAMI_SURVEY_KEY_FILE")
        parser.add_argument("--key-file", type=Path, metavar="KEY", help=text)
    parser.add_argument(JSON, action="store_true", help=_("print one JSON object"))
    parser.set_defaults(run=command.run)


def read(parser: Parser, arguments: Sequence[str]) -> Namespace:
    """The arguments as the command wants them; wrong use ends the program."""
    Parser.as_json = JSON in arguments
    unreadable = next((argument for argument in arguments if not _is_text(argument)), None)
    if unreadable is not None:
        parser.error(_("{argument} is not text in UTF-8.").format(argument=ascii(unreadable)))
    words = [argument for argument in arguments if argument != JSON]
    if words and not words[0].startswith("-"):
        parser.check_command(words[0])
    named = parser.parse_args(words)
    named.json = Parser.as_json
    return named


def _is_text(argument: str) -> bool:
    """Whether an argument can be written down: bytes that are no text come as lone surrogates."""
    return not any("\ud800" <= letter <= "\udfff" for letter in argument)
