"""Qt's own texts, such as those of the menu of a text field, in the program's language.

Qt has catalogues for some languages only. For the others the texts that a person can meet here are in ours.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QObject, QTranslator

from cami_survey.base.texts import SOURCE_LANGUAGE, _


class _Current:
    language = SOURCE_LANGUAGE
    translator: QTranslator | None = None


class OwnWords(QTranslator):
    """Answers for Qt from the program's catalogue; nothing, which leaves Qt its English, for what is not in it."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._words = spoken()

    def isEmpty(self) -> bool:
        return False

    def translate(self, context: str, source: str, disambiguation: str | None = None, n: int = -1) -> str | None:
        """Qt's null string, which lets the next translator answer, is None here."""
        return self._words.get(source.replace("&", "").removesuffix(":"))


def speak(app: QCoreApplication, language: str) -> None:
    """Qt's texts are in this language from now on; the program's language is set already."""
    if language == _Current.language:
        return
    if _Current.translator is not None:
        app.removeTranslator(_Current.translator)
    _Current.language, _Current.translator = language, _translator(language, app)
    if _Current.translator is not None:
        app.installTranslator(_Current.translator)


def _translator(language: str, app: QCoreApplication) -> QTranslator | None:
    if language == SOURCE_LANGUAGE:
        return None
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    made = QTranslator(app)
    if made.load(QLocale(language.replace("-", "_")), "qtbase", "_", folder):
        return made
    return OwnWords(app)


def spoken() -> dict[str, str]:
    """What Qt says in menus of fields and scroll bars and when a file is chosen, without mnemonics and colons: by
    Qt's English, in the program's language."""
    return {
        "Undo": _("Undo"),
        "Redo": _("Redo"),
        "Cut": _("Cut"),
        "Copy": _("Copy"),
        "Copy Link Location": _("Copy the address"),
        "Paste": _("Paste"),
        "Delete": _("Delete"),
        "Select All": _("Select everything"),
        "Step up": _("One more"),
        "Step down": _("One less"),
        "Scroll here": _("Scroll to here"),
        "Top": _("Top"),
        "Bottom": _("Bottom"),
        "Left edge": _("Left edge"),
        "Right edge": _("Right edge"),
        "Page up": _("Page up"),
        "Page down": _("Page down"),
        "Page left": _("Page left"),
        "Page right": _("Page right"),
        "Scroll up": _("Scroll up"),
        "Scroll down": _("Scroll down"),
        "Scroll left": _("Scroll left"),
        "Scroll right": _("Scroll right"),
        "Look in": _("Folder"),
        "File name": _("File name"),
        "Files of type": _("Kind of file"),
        "Directory": _("Folder"),
        "Open": _("Open"),
        "Save": _("Save"),
        "Save As": _("Save as"),
        "Choose": _("Choose"),
        "Cancel": _("Cancel"),
        "Name": _("Name"),
        "Size": _("Size"),
        "Type": _("Kind"),
        "Date Modified": _("Changed"),
        "Computer": _("Computer"),
        "Back": _("Back"),
        "Forward": _("Forward"),
        "Parent Directory": _("Folder above"),
        "Create New Folder": _("New folder"),
        "New Folder": _("New folder"),
        "List View": _("As a list"),
        "Detail View": _("With details"),
        "All files (*)": _("All files (*)"),
        "Show hidden files": _("Show hidden files"),
        "Rename": _("Rename"),
    }
