"""Survey files: make, open, check, back up, restore."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from cami_survey.base.clock import system_clock
from cami_survey.base.errors import UserError
from cami_survey.base.notices import Notice, Outcome
from cami_survey.base.texts import _, ngettext

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cami_survey.base.clock import Clock
    from cami_survey.store.api import SurveyFile, Verification

SUFFIX = ".cami"
KEY_FILE_VARIABLE = "CAMI_SURVEY_KEY_FILE"
LONGEST_KEY = 4096
BACKUP_EVERY = timedelta(minutes=30)
Key = str | bytes


def create(
    path: Path,
    *,
    title: str = "",
    key: Key | None = None,
    device_name: str = "",
    facilitator: str = "",
    clock: Clock = system_clock,
) -> Outcome[SurveyFile]:
    """A new survey file, open. Without a title it is called like the file. An existing file is never overwritten.

    UserError for a password that is guessed at once, as when a key is changed.
    """
    from cami_survey.operations.protection import check_password
    from cami_survey.store.api import SurveyFile

    if key is not None:
        check_password(key)
    survey = SurveyFile.create(
        path, title=title or path.stem, key=key, device_name=device_name, facilitator=facilitator, clock=clock
    )
    text = _("{name} was made.").format(name=path.name)
    return Outcome(survey, frozenset({"survey"}), (Notice("survey.made", text, where=str(path)),))


def open_survey(path: Path, *, key: Key | None = None, clock: Clock = system_clock) -> Outcome[SurveyFile]:
    """The survey file, open; a notice says so when it can only be read."""
    from cami_survey.operations.summaries import recall_unsaved
    from cami_survey.store.api import SurveyFile

    if not path.exists():
        raise _no_such_file(path)
    survey = SurveyFile.open(path, key=key, clock=clock)
    if not survey.read_only:
        recall_unsaved(survey)
        return Outcome(survey)
    text = _("{name} lies in a folder that cannot be written to: it can be read, but nothing can be saved.")
    return Outcome(survey, notices=(Notice("survey.read-only", text.format(name=path.name), "warning", str(path)),))


def verify(survey: SurveyFile) -> Outcome[Verification]:
    """Every hash, signature and page of the file checked; what is wrong is in the value and in notices."""
    found = survey.verify()
    if found.ok:
        notice = Notice("survey.sound", _("{name} is sound.").format(name=survey.path.name))
        return Outcome(found, notices=(notice,))
    text = ngettext("{name} has {n} fault.", "{name} has {n} faults.", len(found.problems))
    summary = Notice("survey.damaged", text.format(name=survey.path.name, n=len(found.problems)), "error")
    details = (Notice("survey.fault", str(problem), "error") for problem in found.problems)
    return Outcome(found, notices=(summary, *details))


def backup(survey: SurveyFile, target: Path | None = None) -> Outcome[Path]:
    """A verified copy of the open file: at `target`, or among the file's own backups."""
    made = survey.backup(target)
    text = _("A checked copy was saved as {name}.").format(name=made.name)
    return Outcome(made, frozenset({"survey"}), (Notice("survey.backed-up", text, where=str(made)),))


def back_up_if_due(survey: SurveyFile, folder: str = "", every: timedelta = BACKUP_EVERY) -> Outcome[Path | None]:
    """A backup without being asked, after a session: among the file's own and, if named, one more in `folder`.

    Only if something was saved that no backup holds and the last is at least `every` old. A second folder that is not
    there (a stick that was taken out) is a notice; the first copy is made all the same.
    """
    if not survey.backup_due(every):
        return Outcome(None)
    made = survey.backup()
    return Outcome(made, frozenset({"survey"}), tuple(_elsewhere(survey, folder)) if folder else ())


def restore(source: Path, target: Path, *, key: Key | None = None) -> Outcome[Path]:
    """The survey file of a backup, checked, at `target`. A file that is there is kept beside it under another name."""
    from cami_survey.store.api import restore as restore_file

    if not source.exists():
        raise _no_such_file(source)
    beside = set(target.parent.glob(f"{target.stem}-*"))
    made = restore_file(source, target, key=key)
    text = _("{backup} was restored as {name}.").format(backup=source.name, name=made.name)
    kept = _("The file that was there is kept as {name}.")
    notices = [Notice("survey.restored", text, where=str(made))]
    notices += [
        Notice("survey.kept", kept.format(name=path.name), "info", str(path))
        for path in sorted(set(target.parent.glob(f"{target.stem}-*{target.suffix}")) - beside)
    ]
    return Outcome(made, frozenset({"survey"}), tuple(notices))


def _elsewhere(survey: SurveyFile, folder: str) -> Iterator[Notice]:
    """The second copy; says so where it could not be made."""
    place = Path(folder)
    try:
        if not place.is_dir():
            raise _no_such_folder(place)
        survey.backup(place)
    except UserError as error:
        text = _("The second copy of the backup was not made: {reason}").format(reason=error)
        yield Notice("survey.second-copy", text, "warning", folder)


def _no_such_folder(path: Path) -> UserError:
    return UserError(
        "folder.missing",
        _("There is no folder {path}.").format(path=path),
        advice=_("Make the folder first or choose another one."),
        where=str(path),
    )


def read_key(path: Path, key_file: Path | None = None, ask: Callable[[], str] | None = None) -> Key | None:
    """The key for the survey at `path`: from `key_file`, the file in CAMI_SURVEY_KEY_FILE, the keyring, or by asking.

    None if none was named and the survey is not encrypted or not there yet.
    """
    from cami_survey.operations import keyrings
    from cami_survey.store.api import is_encrypted

    named = key_file or _from_environment()
    if named is not None:
        return _key_in(named)
    # A name that is too long is no file; what makes one says so.
    if not os.path.isfile(path) or not is_encrypted(path):  # noqa: PTH113
        return None
    remembered = keyrings.find(path)
    if remembered is not None:
        return remembered
    if ask is None:
        raise UserError(
            "key.needed",
            _("{name} is encrypted.").format(name=path.name),
            advice=_("Name the file that holds its key with --key-file or in CAMI_SURVEY_KEY_FILE."),
            where=str(path),
        )
    return ask()


def _from_environment() -> Path | None:
    named = os.environ.get(KEY_FILE_VARIABLE)
    return Path(named) if named else None


def _key_in(path: Path) -> Key:
    """The key in a file: its text without the last line end, or 32 bytes that are no text."""
    try:
        with path.open("rb") as file:
            content = file.read(LONGEST_KEY + 1)
    except FileNotFoundError:
        raise _no_such_file(path) from None
    except OSError:
        content = b""
    key = _key_of(content)
    if not key or len(content) > LONGEST_KEY:
        raise UserError(
            "key.unreadable",
            _("{name} holds no key.").format(name=path.name),
            advice=_("A key file is a short text file with the key alone."),
            where=str(path),
        )
    return key


def _key_of(content: bytes) -> Key:
    try:
        return content.decode("utf-8").rstrip("\r\n")
    except UnicodeDecodeError:
        return content if len(content) == 32 else b""


def _no_such_file(path: Path) -> UserError:
    near = _nearest_file(path)
    return UserError(
        "file.not-found",
        _("There is no file {name}.").format(name=path),
        advice=_("Did you mean {name}?").format(name=near) if near else "",
        where=str(path),
    )


def _nearest_file(path: Path) -> str:
    from cami_survey.base.errors import nearest

    if not path.parent.is_dir():
        return ""
    return nearest(path.name, (other.name for other in path.parent.iterdir() if other.is_file()))
