"""docs/commands.md, written from the commands themselves: `python -m cami_survey.cli.handbook FILE`."""

from __future__ import annotations

import sys
from argparse import Action, ArgumentParser, _HelpAction
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from cami_survey.cli.app import commands
from cami_survey.cli.parser import PROGRAM

if TYPE_CHECKING:
    from cami_survey.cli.command import Command

INTRODUCTION = """# The commands

`cami-survey` without a command opens the window; `cami-survey FILE.cami` opens it on that survey.
`cami-survey --kiosk FORM_ID FILE.cami` opens it for new interviews with one form and nothing else,
over the whole screen; Ctrl+Shift+Q leaves.
Without a display it says so and ends with exit code 1.

Every command below ends with exit code **0** when it is done, **1** when it refuses (with a notice that says why), and
**2** when the command line cannot be understood. Answers go to standard output, notices to standard error.

With `--json` a command prints exactly one JSON object on standard output:

```json
{"ok": true, "record": "…", "notices": []}
{"ok": false, "error": {"code": "record.unknown", "sentence": "…", "where": "…", "advice": "…"}}
```

`error.code` and the codes of notices are stable; sentences are in the language of the program's settings. Commands that
refuse after having looked also give what they found (`problems` of a form or an interview, `sources` of a merge).

The key of an encrypted survey is read from `--key-file`, from the file that `CAMI_SURVEY_KEY_FILE` names, or asked for
on a terminal; it is never an argument. A key file holds a passphrase, 64 hexadecimal digits, or 32 bytes.

A RECORD is the id of an interview, the beginning of the id, or its code. A field is the path of a question with the key
of each repeat instance in brackets, as `conflicts` lists it; `/data/herd/stock[2]/stock_n` by position works too.

This page is written by `python3 make.py docs`.
"""


def handbook() -> str:
    """The whole page."""
    return INTRODUCTION + "".join(_chapter(command) for command in commands())


def _chapter(command: Command) -> str:
    parser = ArgumentParser(prog=f"{PROGRAM} {command.name}")
    command.declare(parser)
    rows = "".join(f"| `{_named(action)}` | {action.help} |\n" for action in _declared(parser))
    keys = ", ".join(f"`{key}`" for key in command.keys)
    return f"""
## {command.name}

{command.summary}

| | |
|---|---|
{rows}
```sh
{PROGRAM} {command.name} {command.example}
```

JSON: {keys or "nothing more"}.
"""


def _declared(parser: ArgumentParser) -> Iterator[Action]:
    return (action for action in parser._actions if not isinstance(action, _HelpAction))


def _named(action: Action) -> str:
    """How an argument is written: `FILE.cami`, `--title TITLE`, `SOURCE…`."""
    value = action.metavar if isinstance(action.metavar, str) else ""
    if not value and action.nargs != 0:
        value = "|".join(map(str, action.choices)) if action.choices else action.dest.upper()
    several = "…" if action.nargs in ("+", "*") else ""
    if not action.option_strings:
        return f"{value}{several}"
    return f"{action.option_strings[-1]} {value}{several}".strip()


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(handbook(), "utf-8")
