"""Qt's own texts, such as those of the menu of a text field, in the program's language."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from cami_survey.base.texts import SOURCE_LANGUAGE


class _Current:
    language = SOURCE_LANGUAGE
    translator: QTranslator | None = None


def speak(app: QCoreApplication, language: str) -> None:
    """Qt's texts are in this language from now on; in English where Qt has no catalogue for it."""
    if language == _Current.language:
        return
    if _Current.translator is not None:
        app.removeTranslator(_Current.translator)
    _Current.language, _Current.translator = language, _translator(language, app)
    if _Current.translator is not None:
        app.installTranslator(_Current.translator)


def _translator(language: str, app: QCoreApplication) -> QTranslator | None:
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    made = QTranslator(app)
    found = language != SOURCE_LANGUAGE and made.load(QLocale(language.replace("-", "_")), "qtbase", "_", folder)
    return made if found else None
