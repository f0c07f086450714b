"""Calling the commands as a script would: words in, exit code and JSON out."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from cami_survey.__main__ import main

FORM = """| survey | | | | | | | |
| | type | name | label::English (en) | label::Russian (ru) | required | relevant | constraint |
| | text | code | Code | Код | yes | | regex(., '^[A-Z]{2}-[0-9]{3}$') |
| | select_one yn | herd | Do you keep animals? | Держите ли вы скот? | yes | | |
| | integer | sheep | How many sheep? | Сколько овец? | | ${herd} = 'yes' | . >= 0 |
| | begin repeat | sight | Sighting | Наблюдение | | | |
| | text | place | Where? | Где? | yes | | |
| | end repeat | | | | | | |
| | text | note | Remarks | Примечания | | | |
| choices | | | | |
| | list_name | name | label::English (en) | label::Russian (ru) |
| | yn | yes | Yes | Да |
| | yn | no | No | Нет |
| settings | | | | |
| | form_title | form_id | version | default_language |
| | Camp visit | camp | 3 | English (en) |
"""


@dataclass(frozen=True)
class Result:
    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The one JSON object on standard output."""
        lines = self.out.splitlines()
        assert len(lines) == 1, self.out
        value = json.loads(lines[0])
        assert isinstance(value, dict)
        return value


class Commands:
    """`cami("list", survey)` runs the command; `cami.json(...)` with --json, and expects it to be done."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *words: object) -> Result:
        self._capsys.readouterr()
        try:
            code = main([str(word) for word in words])
        except SystemExit as ended:
            code = int(ended.code or 0)
        captured = self._capsys.readouterr()
        return Result(code, captured.out, captured.err)

    def json(self, *words: object) -> dict[str, Any]:
        result = self(*words, "--json")
        assert result.code == 0, result.out + result.err
        value = result.json
        assert value["ok"] is True
        assert result.err == ""
        return value

    def refused(self, *words: object) -> dict[str, Any]:
        """The error of a command that has to refuse."""
        result = self(*words, "--json")
        assert result.code == 1, result.out + result.err
        assert result.json["ok"] is False
        error = result.json["error"]
        assert set(error) == {"code", "sentence", "where", "advice"}
        assert error["sentence"]
        return {**result.json, **error}


def write_form(folder: Path, text: str = FORM, name: str = "camp.md") -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def write_steps(folder: Path, steps: Sequence[dict[str, Any]], name: str = "steps.json") -> Path:
    path = folder / name
    path.write_text(json.dumps(steps), "utf-8")
    return path


def answers(**values: object) -> list[dict[str, Any]]:
    """Steps that answer questions of the camp form."""
    return [{"set": f"/data/{name}", "value": value} for name, value in values.items()]
