"""The system's keyring, for those who want it: it holds a copy of a survey's raw key and is never the only way in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cami_survey.base import settings
from cami_survey.base.errors import UserError
from cami_survey.base.notices import Notice, Outcome
from cami_survey.base.texts import _

if TYPE_CHECKING:
    from pathlib import Path

    from cami_survey.store.api import SurveyFile

SERVICE = "CAMI Survey"


def is_there() -> bool:
    """Whether this computer has a keyring that the program can use."""
    return _keyring() is not None


def find(path: Path) -> str | None:
    """The key of the survey at `path`, None if the keyring is not wanted, not there, or has none that fits it."""
    from cami_survey.store.api import SurveyFile, key_name

    keyring = _keyring() if settings.load().keyring else None
    if keyring is None:
        return None
    try:
        key = keyring.get_password(SERVICE, key_name(path))
        if not key:
            return None
        SurveyFile.open(path, key=str(key), read_only=True).close()
    except Exception:  # noqa: BLE001
        # A keyring that is locked, broken or holds something else sends us back to asking; each raises what it likes.
        return None
    return str(key)


def remember(survey: SurveyFile) -> Outcome[None]:
    """Put the key of the open survey into the keyring."""
    keyring, name, key = _keyring(), survey.key_name(), survey.key_for_keyring()
    if keyring is None:
        raise _none()
    try:
        keyring.set_password(SERVICE, name, key)
    except Exception as error:
        raise _none() from error
    text = _("This computer's keyring opens the survey from now on. The password opens it as before.")
    return Outcome(None, frozenset({"survey"}), (Notice("keyring.remembered", text),))


def forget(survey: SurveyFile) -> Outcome[None]:
    """Take the key of the open survey out of the keyring; UserError if that cannot be done or known."""
    keyring, name = _keyring(), survey.key_name()
    if keyring is None:
        raise _kept()
    try:
        held = keyring.get_password(SERVICE, name) is not None
        if held:
            keyring.delete_password(SERVICE, name)
        left = keyring.get_password(SERVICE, name) is not None
    except Exception as error:
        # A keyring that is locked or broken raises what it likes.
        raise _kept() from error
    if left:
        raise _kept()
    text = _("This computer's keyring no longer opens the survey.")
    if not held:
        text = _("This computer's keyring held no key of this survey.")
    return Outcome(None, frozenset({"survey"}), (Notice("keyring.forgotten", text),))


def _keyring() -> Any:
    """The library, if it is installed and has a real keyring behind it."""
    try:
        import keyring
        import keyring.backends.fail as fail
    except ImportError:
        return None
    return None if isinstance(keyring.get_keyring(), fail.Keyring) else keyring


def _none() -> UserError:
    return UserError(
        "keyring.missing",
        _("The keyring of this computer cannot be used."),
        advice=_("The password opens the survey as before."),
    )


def _kept() -> UserError:
    return UserError(
        "keyring.kept",
        _("The keyring cannot be used now, so a key of this survey may still be in it."),
        advice=_("Unlock it and switch this off once more, or change the password: then no old key opens the file."),
    )
