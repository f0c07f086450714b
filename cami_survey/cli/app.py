"""The command line: one command in, one reply out."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from cami_survey.base import settings, texts
from cami_survey.base.errors import UserError
from cami_survey.base.texts import _
from cami_survey.cli import parser as reading
from cami_survey.cli.reply import REFUSED, Reply, print_reply

if TYPE_CHECKING:
    from argparse import Namespace

    from cami_survey.cli.command import Command, Photographer

INTERRUPTED = 130


def commands() -> list[Command]:
    """Every command, in the order of the help text."""
    from cami_survey.cli.commands.analyses import commands as analyses
    from cami_survey.cli.commands.conflicts import commands as conflicts
    from cami_survey.cli.commands.corrections import commands as corrections
    from cami_survey.cli.commands.demo import commands as demo
    from cami_survey.cli.commands.disclosing import commands as disclosing
    from cami_survey.cli.commands.doubles import commands as doubles
    from cami_survey.cli.commands.exchange import commands as exchange
    from cami_survey.cli.commands.exports import commands as exports
    from cami_survey.cli.commands.forms import commands as forms
    from cami_survey.cli.commands.interviews import commands as interviews
    from cami_survey.cli.commands.names import commands as names
    from cami_survey.cli.commands.people import commands as people
    from cami_survey.cli.commands.references import commands as references
    from cami_survey.cli.commands.reviews import commands as reviews
    from cami_survey.cli.commands.safety import commands as safety
    from cami_survey.cli.commands.surveys import commands as surveys
    from cami_survey.cli.commands.versions import commands as versions

    nouns = (
        *(surveys, safety, forms, interviews, versions, exchange, conflicts, reviews, doubles),
        *(people, names, references, analyses, exports, corrections, disclosing, demo),
    )
    return [command for noun in nouns for command in noun()]


def main(arguments: Sequence[str], photographer: Photographer | None = None) -> int:
    """Do what the command line says and return the exit code."""
    texts.set_language(settings.load().language)
    _print_any_script()
    parser = reading.build(commands(), arguments)
    named = reading.read(parser, arguments)
    named.photographer = photographer
    try:
        reply = _answer(named)
        print_reply(reply, as_json=named.json)
        return reply.code
    except BrokenPipeError:
        # The reader (`| head`) has gone; what Python would still flush goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return REFUSED
    except KeyboardInterrupt:
        return INTERRUPTED


def _answer(named: Namespace) -> Reply:
    try:
        reply: Reply = named.run(named)
    except UserError as error:
        error.advice = _advice_here().get(error.code, error.advice)
        return Reply(refusal=error, value=_details(error))
    return reply


def _advice_here() -> dict[str, str]:
    """What to type, for refusals whose advice would not say it."""
    return {
        "pack.no-recipient": _(
            "Say for whom: --to, or keep somebody with recipient add. With --plain anybody can read the package."
        ),
    }


def _details(error: UserError) -> dict[str, object]:
    """A refused form lists every problem, not only the first."""
    problems = getattr(error, "problems", None)
    return {} if problems is None else {"problems": [problem.as_dict() for problem in problems]}


def _print_any_script() -> None:
    """Answers come in every script; a terminal that cannot show one shows a question mark instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="replace")
