"""Why a package is refused: one code and one sentence for each reason."""

from __future__ import annotations

from cami_survey.base import system_errors
from cami_survey.base.errors import UserError
from cami_survey.base.texts import _


class UnknownSenderError(UserError):
    """The signature is right, but the device behind `public_key` is not one this survey trusts."""

    def __init__(self, public_key: bytes, code: str, sentence: str, *, advice: str, where: str) -> None:
        super().__init__(code, sentence, advice=advice, where=where)
        self.public_key = public_key


def altered(name: str) -> UserError:
    """Some byte differs from what was sent."""
    return UserError(
        "package.altered",
        _("{name} was changed after it was sent. Nothing of it was merged.").format(name=name),
        advice=_("Ask the sender for it again."),
        where=name,
    )


def cut_short(name: str) -> UserError:
    """The end is missing."""
    return UserError(
        "package.cut-short",
        _("{name} is damaged: its end is missing or broken. Nothing of it was merged.").format(name=name),
        advice=_("Copy it again, and wait until the copying has ended before the stick is pulled out."),
        where=name,
    )


def unknown_sender(name: str, public_key: bytes, fingerprint: str) -> UnknownSenderError:
    """Nobody enrolled this device here."""
    return UnknownSenderError(
        public_key,
        "package.unknown-sender",
        _("{name} comes from a device this survey does not know. Nothing of it was merged.").format(name=name),
        advice=_(
            "Compare its fingerprint {fingerprint} with the one the sender reads out, then merge again and accept it."
        ).format(fingerprint=fingerprint),
        where=name,
    )


def revoked_sender(name: str, public_key: bytes, device: str) -> UnknownSenderError:
    """The device was known and is trusted no more."""
    return UnknownSenderError(
        public_key,
        "package.revoked-sender",
        _("{name} comes from {device}, which this survey trusts no more. Nothing of it was merged.").format(
            name=name, device=device
        ),
        advice=_("If that is a mistake, enrol the device again."),
        where=name,
    )


def not_for_this_file(name: str) -> UserError:
    """It is encrypted for, or meant for, somebody else."""
    return UserError(
        "package.not-for-this-file",
        _("{name} is meant for somebody else; this survey file cannot open it.").format(name=name),
        advice=_("Give the sender the recipient of this file (its card) and ask for a new package."),
        where=name,
    )


def newer(name: str) -> UserError:
    """A later program made it."""
    return UserError(
        "package.newer",
        _("{name} was made by a newer version of the program.").format(name=name),
        advice=_("Update the program, then merge it again."),
        where=name,
    )


def hostile(name: str, reason: str) -> UserError:
    """It is built as no package of ours is built."""
    return UserError(
        "package.hostile",
        _("{name} is not built like a package of this program: {reason}. Nothing of it was merged.").format(
            name=name, reason=reason
        ),
        advice=_("Do not open it with other programs. Ask the sender how it was made."),
        where=name,
    )


def not_a_package(name: str) -> UserError:
    """It is some other kind of file."""
    return UserError(
        "package.not-a-package",
        _("{name} is neither a package nor a survey file.").format(name=name),
        where=name,
    )


def unreadable(name: str, error: OSError) -> UserError:
    """The disk or the stick does not give it."""
    if isinstance(error, FileNotFoundError):
        return UserError("file.not-found", _("There is no file {name}.").format(name=name), where=name)
    return UserError(
        "file.unreadable",
        _("{name} cannot be read: {reason}.").format(name=name, reason=system_errors.in_words(error)),
        advice=_("Check the stick or the connection, then try again."),
        where=name,
    )


def too_large(name: str) -> UserError:
    """Over four gigabytes, or a single fact over its limit."""
    return UserError(
        "package.too-large",
        _("{name} is too large for a package.").format(name=name),
        advice=_("Choose fewer interviews for one package."),
        where=name,
    )
