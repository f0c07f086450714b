"""Protecting a survey: encrypt it, change or take away its key, make codes that recover it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cami_survey.base.clock import system_clock
from cami_survey.base.errors import UserError
from cami_survey.base.notices import Notice, Outcome
from cami_survey.base.texts import _, ngettext

if TYPE_CHECKING:
    from collections.abc import Callable

    from cami_survey.base.clock import Clock
    from cami_survey.exports.recovery_sheet import Sheet
    from cami_survey.operations.surveys import Key
    from cami_survey.store.api import SurveyFile

    Write = Callable[[Path, Sheet], None]

SHORTEST = 8


def change_key(path: Path, *, key: Key | None, new_key: Key | None) -> Outcome[Path]:
    """Encrypt a closed survey file, give it another key, or take its key away (None). A backup follows at once.

    Backups made before keep what they had: how many, and what that means, is said in a warning.
    """
    from cami_survey.store.api import SurveyFile, backup_folder
    from cami_survey.store.api import change_key as change

    if new_key is not None:
        check_password(new_key)
    before = sorted(backup_folder(path).glob("*.cami"))
    change(path, key, new_key)
    with SurveyFile.open(path, key=new_key) as survey:
        survey.backup()
    if new_key is None:
        said = _("{name} is not encrypted any more.")
    elif key is None:
        said = _("{name} is encrypted now. Without its key nobody can open it, we neither.")
    else:
        said = _("{name} has a new key.")
    notices = [Notice("key.changed", said.format(name=path.name), where=str(path))]
    older = [other for other in before if other.exists()]
    if older:
        text = ngettext(
            "{n} backup from before still opens as it did then.",
            "{n} backups from before still open as they did then.",
            len(older),
        )
        notices.append(Notice("key.old-backups", text.format(n=len(older)), "warning", str(backup_folder(path))))
    return Outcome(path, frozenset({"survey"}), tuple(notices))


def check_password(key: Key) -> None:
    """UserError for a password that is guessed at once."""
    if isinstance(key, str) and len(key.strip()) < SHORTEST:
        raise UserError(
            "key.too-short",
            _("A password has {n} characters at least.").format(n=SHORTEST),
            advice=_("Four or five words that have nothing to do with each other are easy to keep and hard to guess."),
        )


def make_recovery(
    survey: SurveyFile,
    target: Path,
    *,
    needed: int = 1,
    total: int = 1,
    write: Write | None = None,
    clock: Clock = system_clock,
) -> Outcome[list[Path]]:
    """A new code that opens the survey, on sheets for paper: one at `target`, or `total` beside it.

    A sheet is a page of HTML, or what `write` makes of it.

    Of several sheets any `needed` open it together. The code is kept nowhere else.
    The sheets are secrets: print them and delete the files.
    """
    from cami_survey.exports import recovery_sheet
    from cami_survey.operations.laptops import qr_squares
    from cami_survey.store.api import new_recovery, split_recovery

    write = write or _write_page
    code = new_recovery()
    codes = [code.secret] if needed == total == 1 else split_recovery(code.secret, needed, total)
    paths = [target] if total == 1 else [_numbered(target, n) for n in range(1, total + 1)]
    taken = next((path for path in paths if path.exists()), None)
    if taken is not None:
        raise UserError(
            "file.exists", _("There is already a file {name}.").format(name=taken.name), where=str(taken),
            advice=_("Choose another name."),
        )  # fmt: skip
    # The sheets first: a code that opens the survey and is written nowhere would be of no use.
    try:
        for number, (path, text) in enumerate(zip(paths, codes, strict=True), 1):
            sheet = recovery_sheet.Sheet(
                survey.title,
                survey.path.name,
                clock().date(),
                text,
                code.recipient,
                number,
                needed,
                total,
                qr_squares(text),
            )
            write(path, sheet)
        survey.add_recovery(code.recipient)
    except BaseException:
        for path in paths:
            path.unlink(missing_ok=True)
        raise
    text = _("The code is on the sheet alone. Print it, keep it apart from the laptop, and delete the file.")
    if total > 1:
        text = _(
            "Any {k} of the {n} sheets open the survey. Print them, give them to different people, delete the files."
        )
    notice = Notice("recovery.made", text.format(k=needed, n=total), where=str(paths[0]))
    return Outcome(paths, frozenset({"survey"}), (notice,))


def remove_recovery(survey: SurveyFile, recipient: str) -> Outcome[None]:
    """A code opens the survey no longer, from its next backup on."""
    survey.remove_recovery(recipient)
    text = _(
        "That code opens this file no longer. Backups from before still open with it; change the key if it was lost."
    )
    return Outcome(None, frozenset({"survey"}), (Notice("recovery.removed", text),))


def _write_page(target: Path, sheet: Sheet) -> None:
    from cami_survey.exports import recovery_sheet

    if target.suffix.lower() not in (".html", ".htm"):
        raise UserError(
            "recovery.ending",
            _("A sheet is a web page, whose name ends in .html."),
            advice=_("The window makes a PDF of it, too."),
            where=str(target),
        )
    recovery_sheet.write(target, sheet)


def _numbered(target: Path, number: int) -> Path:
    return target.with_name(f"{target.stem}-{number}{target.suffix}")
