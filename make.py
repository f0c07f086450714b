"""Everything a checkout needs, with nothing but Python 3.11 or newer: `python3 make.py run`, `python3 make.py test`.

The first call makes `.venv`, installs the locked dependencies and checks the libraries that Qt needs; later calls skip
what is up to date.
"""

from __future__ import annotations

import ctypes
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
WINDOWS = os.name == "nt"
SCRIPTS = VENV / ("Scripts" if WINDOWS else "bin")
PYTHON = SCRIPTS / ("python.exe" if WINDOWS else "python")
STAMP = VENV / "cami-survey.json"
RUN_LOCK = ROOT / "requirements.lock"
TEST_LOCK = ROOT / "requirements-dev.lock"
DEMO = ROOT / "demo"
EVERY_KIND = ROOT / "tests" / "ui" / "interview" / "every.md"
LONG_CHECK = "tests"
# Each process has one half, so that what the tests of a file share is made once; who is done takes from the other.
SHARED_OUT = ("-n", "2", "--dist", "worksteal")

QT_LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libX11.so.6": "libx11-6",
    "libz.so.1": "zlib1g",
}
X11_LIBRARIES = {
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}


class SetupError(Exception):
    """Work cannot go on; the text says what to do."""


def say(text: str) -> None:
    """One line of progress."""
    print(text, flush=True)


def child_environment(**extra: str) -> dict[str, str]:
    """The environment of everything started here: byte code is written, Python finds only the project's packages."""
    left_out = {"PYTHONDONTWRITEBYTECODE", "PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV"}
    kept = {name: value for name, value in os.environ.items() if name not in left_out}
    return {**kept, "PYTHONUTF8": "1", **extra}


def call(*command: object, **extra: str) -> int:
    """Run a command in the project's folder and return its exit code."""
    return subprocess.call([str(part) for part in command], cwd=ROOT, env=child_environment(**extra))


def call_quietly(*command: object, **extra: str) -> int:
    """Like `call`, with the output shown only if it fails."""
    words = [str(part) for part in command]
    environment = child_environment(**extra)
    done = subprocess.run(
        words, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    if done.returncode:
        say(done.stdout.decode("utf-8", "replace"))
    return done.returncode


def has_display() -> bool:
    """Whether a window can be shown."""
    return WINDOWS or sys.platform == "darwin" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


# -- system ----------------------------------------------------------------------------------------------------------


def is_root() -> bool:
    """Whether this user may install system packages."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def apt_install(packages: Sequence[str], why: str) -> None:
    """Install Debian packages when allowed; otherwise stop with the line that does it."""
    line = "apt-get install -y --no-install-recommends " + " ".join(packages)
    if not (is_root() and shutil.which("apt-get")):
        raise SetupError(f"{why}\nInstall it, for example on Debian or Ubuntu:\n\n    sudo {line}\n")
    say(f"Installing {', '.join(packages)}")
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    if call(*line.split(), "-qq", **quiet) and (
        call("apt-get", "update", "-qq", **quiet) or call(*line.split(), "-qq", **quiet)
    ):
        raise SetupError(f"{why}\nThis command failed:\n\n    {line}\n")


def loads(library: str) -> bool:
    """Whether the system's loader finds a shared library."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def missing_packages(libraries: dict[str, str], found: Callable[[str], bool] = loads) -> list[str]:
    """Debian packages of the libraries that are not there."""
    return [package for library, package in libraries.items() if not found(library)]


def check_system() -> None:
    """Qt's system libraries are there, or are installed, or the person is told how."""
    if not sys.platform.startswith("linux"):
        return
    needed = {**QT_LIBRARIES, **(X11_LIBRARIES if os.environ.get("DISPLAY") else {})}
    packages = missing_packages(needed)
    if packages:
        apt_install(packages, "Qt, which draws the window, needs system libraries that are missing.")


# -- environment -----------------------------------------------------------------------------------------------------


def works() -> bool:
    """Whether `.venv` has a Python that starts and has pip."""
    if not PYTHON.exists():
        return False
    answer = subprocess.run([PYTHON, "-c", "import pip"], capture_output=True, check=False, env=child_environment())
    return answer.returncode == 0


def make_venv() -> None:
    """Make `.venv` unless a working one is there."""
    if works():
        return
    say("Making .venv")
    try:
        import ensurepip  # noqa: F401  (Debian leaves it out of python3)
    except ImportError:
        package = f"python3.{sys.version_info.minor}-venv"
        apt_install([package], "This Python cannot make virtual environments: its ensurepip module is missing.")
    if call(sys.executable, "-m", "venv", "--clear", VENV):
        raise SetupError(
            f"A virtual environment could not be made in {VENV}.\nIs the disk full, or the folder read-only?"
        )


def fingerprint(lock: Path) -> str:
    """What an installed environment is compared with."""
    return hashlib.sha256(lock.read_bytes()).hexdigest()


def read_stamp() -> dict[str, str]:
    """Which lock files are installed."""
    try:
        stamp = json.loads(STAMP.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def install(lock: Path) -> None:
    """Install what a lock file names, unless that has been done."""
    stamp = read_stamp()
    if stamp.get(lock.name) == fingerprint(lock):
        return
    say(f"Installing {lock.name} (the first time takes a minute or two and a network)")
    options = ("--quiet", "--disable-pip-version-check", "--no-input", "--no-deps")
    if call(PYTHON, "-m", "pip", "install", *options, "--requirement", lock):
        raise SetupError(
            "The dependencies could not be installed; the lines above say why.\n"
            "Without a network: put the wheels into a folder and set PIP_FIND_LINKS to it and PIP_NO_INDEX to 1."
        )
    STAMP.write_text(json.dumps({**stamp, lock.name: fingerprint(lock)}), "utf-8")


def site_packages() -> Path:
    """Where `.venv` keeps its packages."""
    if WINDOWS:
        return VENV / "Lib" / "site-packages"
    return next((VENV / "lib").glob("python3*/site-packages"))


def write_if_changed(path: Path, text: str, mode: int = 0o644) -> None:
    """Write a small file unless it has this content."""
    if not path.exists() or path.read_text("utf-8") != text:
        path.write_text(text, "utf-8")
        path.chmod(mode)


def install_project() -> None:
    """Make the checkout importable in `.venv` and give it its command, without a network."""
    write_if_changed(site_packages() / "cami_survey_checkout.pth", f"{ROOT}\n")
    if WINDOWS:
        write_if_changed(SCRIPTS / "cami-survey.cmd", f'@"{PYTHON}" -m cami_survey %*\r\n')
    else:
        write_if_changed(SCRIPTS / "cami-survey", f'#!/bin/sh\nexec "{PYTHON}" -m cami_survey "$@"\n', 0o755)


COMPILE_CATALOGUE = """
import sys
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
for name in sys.argv[1:]:
    with open(name, "rb") as source, open(name[:-2] + "mo", "wb") as target:
        write_mo(target, read_po(source))
"""


def stale_catalogues() -> list[Path]:
    """Translations that are newer than their compiled form."""

    def is_stale(source: Path) -> bool:
        compiled = source.with_suffix(".mo")
        return not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime

    return [path for path in sorted(ROOT.glob("translations/*/LC_MESSAGES/*.po")) if is_stale(path)]


def compile_all() -> None:
    """Byte code and translation catalogues, so that the first start is as fast as the next."""
    call(PYTHON, "-m", "compileall", "-q", "cami_survey")
    catalogues = stale_catalogues()
    if catalogues and call(PYTHON, "-c", COMPILE_CATALOGUE, *catalogues):
        raise SetupError("A translation catalogue could not be compiled; the lines above name it.")


def prepare(lock: Path = RUN_LOCK) -> None:
    """Bring `.venv` and the system to where work can begin."""
    if not (lock.name in read_stamp() and PYTHON.exists()):
        make_venv()
    install(lock)
    install_project()
    compile_all()
    check_system()


# -- verbs -----------------------------------------------------------------------------------------------------------


def run(arguments: Sequence[str]) -> int:
    """open the program on the demonstration survey; without a display, make the whole journey and print its files"""
    prepare()
    if not has_display():
        say("There is no display, so no window is opened. The whole journey runs without one:\n")
        return call(PYTHON, "-m", "cami_survey", "demo", DEMO, *arguments, QT_QPA_PLATFORM="offscreen")
    consultant = DEMO / "consultant.cami"
    if not consultant.exists():
        say("Making the demonstration survey (half a minute, once)")
        code = call(PYTHON, "-m", "cami_survey", "demo", DEMO, "--no-screenshots")
        if code:
            return code
    return call(PYTHON, "-m", "cami_survey", consultant, *arguments)


def checks(arguments: Sequence[str]) -> dict[str, list[object]]:
    """The commands of `test` by name, in order."""
    return {
        **lint_checks(),
        LONG_CHECK: [PYTHON, "-m", "pytest", "-q", *SHARED_OUT, *arguments],
    }


def lint_checks() -> dict[str, list[object]]:
    """The commands of `lint` by name, in order."""
    return {
        "format": [PYTHON, "-m", "ruff", "format", "--check", "--quiet", "."],
        "lint": [PYTHON, "-m", "ruff", "check", "--quiet", "."],
        "types": [PYTHON, "-m", "mypy"],
        "contracts": [SCRIPTS / ("lint-imports.exe" if WINDOWS else "lint-imports"), "--no-logo"],
    }


def summary(results: Iterable[tuple[str, int, float]]) -> str:
    """One line for each check, with its result and seconds."""
    lines = [f"  {name:<10} {'passed' if code == 0 else 'FAILED':<7} {taken:6.1f} s" for name, code, taken in results]
    return "\n".join(lines)


def run_checks(commands: dict[str, list[object]]) -> int:
    """Run every check, also after a failed one; 1 if any failed. Tests show their progress, others only failure."""
    results = []
    for name, command in commands.items():
        begin = time.perf_counter()
        say(f"== {name}")
        run_one = call if name == LONG_CHECK else call_quietly
        code = run_one(*command, QT_QPA_PLATFORM="offscreen")
        results.append((name, code, time.perf_counter() - begin))
    say("\n" + summary(results))
    return int(any(code for _, code, _ in results))


def test(arguments: Sequence[str]) -> int:
    """lint, types, import contracts and all tests; further arguments go to pytest"""
    prepare(TEST_LOCK)
    return run_checks(checks(arguments))


def lint(arguments: Sequence[str]) -> int:
    """format, lint, types and import contracts alone"""
    prepare(TEST_LOCK)
    if "--fix" in arguments:
        call(PYTHON, "-m", "ruff", "check", "--fix", "--quiet", ".")
        call(PYTHON, "-m", "ruff", "format", "--quiet", ".")
    return run_checks(lint_checks())


def bench(arguments: Sequence[str]) -> int:
    """measure: each benchmark prints figures and their floors; name some of them, options go to the benchmark"""
    prepare(TEST_LOCK)
    found = {path.stem: path for path in sorted((ROOT / "benchmarks").glob("[!_]*.py"))}
    names, options = split_arguments(arguments)
    unknown = [name for name in names if name not in found]
    if unknown:
        raise SetupError(f"There is no benchmark {unknown[0]}. There are: {', '.join(found)}")
    return max(call(PYTHON, found[name], *options, QT_QPA_PLATFORM="offscreen") for name in names or found)


def split_arguments(arguments: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    """The names before the first option, and everything from it on."""
    at = next((place for place, word in enumerate(arguments) if word.startswith("-")), len(arguments))
    return arguments[:at], arguments[at:]


def docs(arguments: Sequence[str]) -> int:
    """write docs/commands.md anew from the commands themselves"""
    prepare()
    return call(PYTHON, "-m", "cami_survey.cli.handbook", ROOT / "docs" / "commands.md", *arguments)


def conformance(arguments: Sequence[str]) -> int:
    """run the conformance cases of the form engine, print the figures and write docs/conformance.md"""
    prepare(TEST_LOCK)
    return call(PYTHON, ROOT / "tests" / "conformance" / "report.py", *arguments)


def forms(arguments: Sequence[str]) -> int:
    """build the questionnaires of forms/ from their sources; --take WORKBOOK.xlsx FORM takes a translation in first"""
    prepare()
    return call(PYTHON, "-m", "cami_survey.cli.questionnaires", *arguments)


def languages(arguments: Sequence[str]) -> int:
    """count in docs/languages.md what of the questionnaires and the program each language has, and who has read it"""
    prepare()
    return call(PYTHON, "-m", "cami_survey.cli.languages", ROOT / "docs" / "languages.md", *arguments)


def catalogues(arguments: Sequence[str]) -> int:
    """bring translations/ up to date with the texts of the program; names of languages make new catalogues"""
    prepare()
    code = call(PYTHON, "-m", "cami_survey.cli.catalogues", *arguments)
    compile_all()
    return code


def build(arguments: Sequence[str]) -> int:
    """make a wheel in dist/"""
    prepare(TEST_LOCK)
    (ROOT / "translations").mkdir(exist_ok=True)
    options = ("--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", ROOT / "dist")
    code = call(PYTHON, "-m", "pip", "wheel", *options, *arguments, ROOT)
    for wheel in sorted((ROOT / "dist").glob("*.whl")):
        say(str(wheel))
    return code


def screenshots(arguments: Sequence[str]) -> int:
    """save a picture of each page and each kind of question in every look in build/screenshots (or the folder named)"""
    prepare()
    folder = Path(arguments[0]) if arguments else ROOT / "build" / "screenshots"
    survey = ROOT / "build" / "demo"
    return call(PYTHON, "-m", "cami_survey", "demo", survey, "--no-screenshots") or call(
        PYTHON, "-m", "cami_survey.ui.screenshots", survey / "consultant.cami", folder, EVERY_KIND
    )


def soak(arguments: Sequence[str]) -> int:
    """the property and fault tests again, many times longer"""
    prepare(TEST_LOCK)
    long = {"CAMI_SURVEY_SOAK": "1", "QT_QPA_PLATFORM": "offscreen"}
    return call(PYTHON, "-m", "pytest", "-q", *SHARED_OUT, "--timeout", "7200", *(arguments or ["tests"]), **long)


def lock(arguments: Sequence[str]) -> int:
    """resolve the dependencies of pyproject.toml anew for all platforms (needs the tool uv)"""
    uv = shutil.which("uv", path=f"{SCRIPTS}{os.pathsep}{os.environ.get('PATH', '')}")
    if uv is None:
        raise SetupError("Locking for all platforms at once needs the tool uv (pip install uv).")
    options = ("-q", "--universal", "--python-version", "3.11", "--no-emit-index-url", "--no-annotate", "--no-header")
    sources = ("pyproject.toml", "requirements-platforms.in")
    return call(uv, "pip", "compile", *options, *arguments, *sources, "-o", RUN_LOCK) or call(
        uv, "pip", "compile", *options, *arguments, *sources, "--group", "dev", "-c", RUN_LOCK, "-o", TEST_LOCK
    )


VERBS = {
    verb.__name__: verb
    for verb in (
        run,
        test,
        lint,
        bench,
        soak,
        docs,
        conformance,
        forms,
        languages,
        catalogues,
        build,
        screenshots,
        lock,
    )
}


def usage() -> str:
    """What can be asked for."""
    lines = [f"  {name:<12} {verb.__doc__}" for name, verb in VERBS.items()]
    return "python3 make.py VERB\n\n" + "\n".join(lines)


def main(arguments: Sequence[str]) -> int:
    """Do one verb; its exit code, or 1 when the machine lacks something, or 2 for an unknown verb."""
    if sys.version_info < (3, 11):  # noqa: UP036  (this file is what an older Python meets first)
        say(f"CAMI Survey needs Python 3.11 or newer; this is {sys.version.split()[0]}.")
        return 1
    if not arguments or arguments[0] not in VERBS:
        say(usage())
        return 0 if arguments and arguments[0] in ("-h", "--help", "help") else 2
    try:
        return VERBS[arguments[0]](arguments[1:])
    except SetupError as error:
        say(f"\n{error}")
    except KeyboardInterrupt:
        say("\nStopped.")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
