"""What argparse says by itself, in the program's language: headings of the help and complaints."""

from __future__ import annotations

import re
from argparse import Action, ArgumentParser, HelpFormatter, RawDescriptionHelpFormatter
from collections.abc import Iterable
from typing import TYPE_CHECKING

from cami_survey.base.texts import _

if TYPE_CHECKING:
    from argparse import _MutuallyExclusiveGroup


class Formatter(HelpFormatter):
    """The help of the program."""

    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[Action],
        groups: Iterable[_MutuallyExclusiveGroup],
        prefix: str | None = None,
    ) -> None:
        """The line of usage, behind its name in the program's language."""
        begin = _("usage: ") if prefix is None else prefix
        super().add_usage(usage, actions, groups, begin)


class RawFormatter(Formatter, RawDescriptionHelpFormatter):
    """The help of a command, whose example keeps its lines."""


def name_parts(parser: ArgumentParser) -> None:
    """Give a parser without help its headings and the option that prints it."""
    parser._positionals.title = _("positional arguments")
    parser._optionals.title = _("options")
    parser.add_argument("-h", "--help", action="help", help=_("show this help message and exit"))


def complaint(message: str) -> str:
    """A complaint of argparse as a sentence of the program; ours and others stay as they are."""
    for pattern, text in (
        (r"the following arguments are required: (?P<names>.+)", _("What is missing: {names}")),
        (r"unrecognized arguments: (?P<names>.+)", _("Not known here: {names}")),
        (r"argument (?P<name>[^:]+): expected (?:one|at least one) argument", _("{name} needs a value.")),
        (r"argument (?P<name>[^:]+): invalid choice: (?P<value>.+) \(choose from (?P<names>.+)\)",
         _("{name} cannot be {value}. Possible are: {names}")),
        (r"argument (?P<name>[^:]+): invalid \S+ value: (?P<value>.+)", _("{name} cannot be {value}.")),
        (r"argument (?P<name>[^:]+): expected (?P<n>\d+) arguments?", _("{name} needs {n} values.")),
        (r"argument (?P<name>[^:]+): ignored explicit argument .+", _("{name} takes no value.")),
        (r"one of the arguments (?P<names>.+) is required", _("What is missing: {names}")),
        (r"ambiguous option: (?P<name>\S+) could match (?P<names>.+)", _("{name} could be one of: {names}")),
        (r"argument (?P<name>[^:]+): not allowed with argument (?P<other>.+)",
         _("{name} and {other} exclude each other.")),
    ):  # fmt: skip
        found = re.fullmatch(pattern, message)
        if found:
            return text.format(**found.groupdict())
    return message
