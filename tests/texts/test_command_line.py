"""The command line in another language: nothing of argparse stays English, Persian spelling survives the tables."""

from __future__ import annotations

import re
from argparse import ArgumentParser, _SubParsersAction
from collections.abc import Mapping
from functools import cache

import pytest

from cami_survey.base import texts
from cami_survey.cli import parser as command_line
from cami_survey.cli.app import commands
from cami_survey.cli.command import Command
from cami_survey.cli.reply import table, width


def complaint_of(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    with pytest.raises(SystemExit) as stopped:
        command_line.read(command_line.build(commands(), arguments), arguments)
    assert stopped.value.code == 2
    return capsys.readouterr().err.splitlines()[0]


def help_of(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    with pytest.raises(SystemExit):
        command_line.read(command_line.build(commands(), arguments), [*arguments, "--help"])
    return capsys.readouterr().out


@pytest.mark.parametrize("language", ["ru", "fa"])
@pytest.mark.parametrize("command", [[], ["pack"], ["form"], ["form", "add"]], ids=" ".join)
def test_help_has_no_english_of_argparse(capsys: pytest.CaptureFixture[str], language: str, command: list[str]) -> None:
    texts.set_language(language)
    said = help_of(capsys, *command)
    assert not re.search(r"usage:|options:|arguments:|show this|show program", said), said


def test_help_in_english_says_usage_once(capsys: pytest.CaptureFixture[str]) -> None:
    said = help_of(capsys, "pack")
    assert said.startswith("usage: cami-survey pack [-h]")
    assert said.count("usage:") == 1


@cache
def every_command() -> command_line.Parser:
    return command_line.build(commands())


@pytest.mark.parametrize("command", commands(), ids=lambda command: command.name)
def test_a_command_that_is_named_is_read_as_among_all(command: Command) -> None:
    alone = command_line.build(commands(), ("--json", *command.words))
    assert alone.names == every_command().names
    assert list(_choices(alone)) == [command.words[0]]
    found, among_all = _inner(alone, *command.words), _inner(every_command(), *command.words)
    assert found.format_help() == among_all.format_help()
    assert found.get_default("run") == command.run


@pytest.mark.parametrize("arguments", [(), ("--help",), ("--json",), ("lst", "a.cami")], ids=" ".join)
def test_what_names_no_command_is_read_among_all(arguments: tuple[str, ...]) -> None:
    assert set(_choices(command_line.build(commands(), arguments))) == {command.words[0] for command in commands()}


def _choices(parser: ArgumentParser) -> Mapping[str, ArgumentParser]:
    (place,) = (action for action in parser._actions if isinstance(action, _SubParsersAction))
    return place.choices


def _inner(parser: ArgumentParser, *words: str) -> ArgumentParser:
    for word in words:
        parser = _choices(parser)[word]
    return parser


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        (["pack", "a.cami"], "Не указано: OUT_DIR"),
        (["pack", "a.cami", "out", "--to"], "После --to нужно значение."),
        (["list", "a.cami", "b"], "Здесь это неизвестно: b"),
        (["export", "a.cami", "b.xlsx", "--disclosure", "all"], "--disclosure не может быть 'all'."),
        (["export", "a.cami", "b.xlsx", "--codes", "--labels"], "--labels и --codes исключают друг друга."),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_complaint_is_in_the_language(capsys: pytest.CaptureFixture[str], arguments: list[str], wanted: str) -> None:
    texts.set_language("ru")
    assert complaint_of(capsys, *arguments).startswith(wanted)


def test_the_half_space_of_persian_stays_in_a_table() -> None:
    heading = "پیش\u200cنویس‌ها"
    assert table([heading, "کد"], [["۱", "۲"]])[0] == f"{heading}  کد"
    assert width("پیش\u200cنویس") == width("پیشنویس")


def test_what_steers_a_terminal_does_not_stay() -> None:
    assert table(["a"], [["x\x1b[31my\nz\u202e"]])[1] == "x [31my z"
