"""The two commands: what they check, what they say, what they install."""

from __future__ import annotations

import importlib.util
import re
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def make() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make", ROOT / "make.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def locked(name: str) -> list[Requirement]:
    lines = (ROOT / name).read_text("utf-8").splitlines()
    return [Requirement(line) for line in lines if line and not line.startswith("#")]


def environment(platform: str, machine: str, python: str) -> dict[str, str]:
    return {
        "sys_platform": platform,
        "platform_machine": machine,
        "python_version": python,
        "python_full_version": f"{python}.9",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
        "platform_system": {"linux": "Linux", "darwin": "Darwin", "win32": "Windows"}[platform],
        "os_name": "nt" if platform == "win32" else "posix",
    }


PLATFORMS = [
    environment(platform, machine, python)
    for platform, machine in [("linux", "x86_64"), ("darwin", "arm64"), ("darwin", "x86_64"), ("win32", "AMD64")]
    for python in ("3.11", "3.12", "3.13")
]


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
@pytest.mark.parametrize(
    "where", PLATFORMS, ids=lambda e: f"{e['sys_platform']}-{e['platform_machine']}-{e['python_version']}"
)
def test_a_lock_names_one_version_of_everything_declared(name: str, where: dict[str, str]) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    declared = [Requirement(text) for text in project["project"]["dependencies"]]
    if "dev" in name:
        declared += [Requirement(text) for text in project["dependency-groups"]["dev"]]
    here = [item for item in locked(name) if item.marker is None or item.marker.evaluate(where)]
    versions = {item.name.lower(): str(item.specifier).removeprefix("==") for item in here}
    assert len(versions) == len(here), "one package is locked twice on this platform"
    for wanted in declared:
        version = versions.get(wanted.name.lower().replace("_", "-"))
        assert version is not None, f"{wanted.name} is not locked: run `python3 make.py lock`"
        assert wanted.specifier.contains(version), f"{wanted} is locked as {version}"


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_names_no_host_and_no_folder(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    assert not re.search(r"://|^\s*-|\bfile:", text, re.MULTILINE)
    assert all(str(item.specifier).startswith("==") for item in locked(name))


def test_both_locks_agree() -> None:
    tests = {str(item) for item in locked("requirements-dev.lock")}
    assert {str(item) for item in locked("requirements.lock")} <= tests


def test_missing_libraries_become_packages(make: ModuleType) -> None:
    there = {"libGL.so.1"}
    assert make.missing_packages({"libGL.so.1": "libgl1", "libEGL.so.1": "libegl1"}, there.__contains__) == ["libegl1"]
    assert not make.loads("libnothing-of-this-name.so.7")


def test_without_rights_the_exact_line_is_said(make: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(make, "is_root", lambda: False)
    with pytest.raises(make.SetupError, match="sudo apt-get install -y --no-install-recommends libegl1 libgl1"):
        make.apt_install(["libegl1", "libgl1"], "Qt needs them.")


def test_an_old_python_is_told_so(
    make: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10, 2))
    assert make.main(["run"]) == 1
    assert "needs Python 3.11 or newer" in capsys.readouterr().out


@pytest.mark.parametrize(("arguments", "code"), [([], 2), (["fly"], 2), (["--help"], 0)])
def test_usage_names_every_verb(
    make: ModuleType, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int
) -> None:
    assert make.main(arguments) == code
    shown = capsys.readouterr().out
    for verb in ("run", "test", "bench", "lint", "docs", "build", "screenshots", "soak"):
        assert re.search(rf"^  {verb} +\w", shown, re.MULTILINE)


def test_what_is_installed_is_not_installed_again(
    make: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    calls: list[tuple[object, ...]] = []
    monkeypatch.setattr(make, "call", lambda *command, **_: calls.append(command) or 0)
    monkeypatch.setattr(make, "STAMP", tmp_path / "stamp.json")
    lock = tmp_path / "some.lock"
    lock.write_text("lxml==6.1.3\n")
    make.install(lock)
    make.install(lock)
    assert len(calls) == 1
    lock.write_text("lxml==6.1.4\n")
    make.install(lock)
    assert len(calls) == 2


def test_a_failed_installation_is_tried_again(
    make: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(make, "call", lambda *command, **_: 1)
    monkeypatch.setattr(make, "STAMP", tmp_path / "stamp.json")
    lock = tmp_path / "some.lock"
    lock.write_text("lxml==6.1.3\n")
    for _ in range(2):
        with pytest.raises(make.SetupError, match="could not be installed"):
            make.install(lock)


def test_one_failed_check_fails_all_and_the_rest_still_runs(
    make: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("call", "call_quietly"):
        monkeypatch.setattr(make, name, lambda *command, **_: 3 if command == ("broken",) else 0)
    assert make.run_checks({"format": ["fine"], "types": ["broken"], "tests": ["fine"]}) == 1
    lines = capsys.readouterr().out.splitlines()[-3:]
    assert [line.split()[:2] for line in lines] == [["format", "passed"], ["types", "FAILED"], ["tests", "passed"]]
    assert make.run_checks({"format": ["fine"]}) == 0


def test_a_check_that_passes_is_quiet_and_one_that_fails_is_not(
    make: ModuleType, capfd: pytest.CaptureFixture[str]
) -> None:
    script = "import sys; print('the reason'); sys.exit({})"
    assert make.call_quietly(sys.executable, "-c", script.format(0)) == 0
    assert "the reason" not in capfd.readouterr().out
    assert make.call_quietly(sys.executable, "-c", script.format(4)) == 4
    assert "the reason" in capfd.readouterr().out


def test_byte_code_is_written_by_what_is_started(make: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setenv("CAMI_KEPT", "yes")
    environment = make.child_environment(QT_QPA_PLATFORM="offscreen")
    assert "PYTHONDONTWRITEBYTECODE" not in environment
    assert environment["CAMI_KEPT"] == "yes"
    assert environment["QT_QPA_PLATFORM"] == "offscreen"
