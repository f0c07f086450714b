"""The catalogues in `translations/`, brought up to date with the texts of the program.

`python -m cami_survey.cli.catalogues [LANGUAGE...]` from a checkout; a named language without a catalogue gets one.
Translations are never guessed: a text that changed is a new text, and one that is gone is dropped.
"""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

from cami_survey.base.places import PACKAGE, shipped
from cami_survey.base.texts import DOMAIN

MISSING = "missing.txt"
MISSING_HEAD = "# Texts that a language lacks and shows in English. Written by `python3 make.py catalogues`.\n"
KEYWORDS = {"_": None, "ngettext": (1, 2)}
# Half of the files have no text, and reading one word by word takes long.
CALL = re.compile(rb"\b(?:_|ngettext)\s*\(")
HEADER = """# Texts of CAMI Survey: {name}. Terms are in translations/GLOSSARY.md.
# Written by `python3 make.py catalogues`; only the msgstr lines are for hands.
msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plural}\\n"

"""


def extract(package: Path = PACKAGE) -> Catalog:
    """Every text of the program, with the files it stands in."""
    catalog = Catalog(charset="utf-8")
    speaking = (path for path in package.rglob("*.py") if CALL.search(path.read_bytes()))
    found = (
        (str(path.relative_to(package)), *text)
        for path in speaking
        for text in extract_from_file("python", path, keywords=KEYWORDS)
    )
    for name, line, text, _comments, _context in sorted(found, key=lambda item: (Path(item[0]).parts, item[1])):
        catalog.add(text, locations=[(f"{package.name}/{name.replace(os.sep, '/')}", line)])
    return catalog


def catalogues() -> list[Path]:
    """The .po files, sorted by language."""
    return sorted(shipped("translations").glob(f"*/LC_MESSAGES/{DOMAIN}.po"))


def place_of(language: str) -> Path:
    """Where the catalogue of a language lies, or will."""
    return shipped("translations") / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def read(path: Path) -> Catalog:
    """A catalogue with its plural rule; PoFileError with the line if it is not one."""
    with path.open("rb") as source:
        return read_po(source, locale=path.parent.parent.name, charset="utf-8", abort_invalid=True)


def write(catalog: Catalog, path: Path) -> None:
    """Write a catalogue sorted by place in the program; the same texts always give the same bytes."""
    locale = catalog.locale
    name = locale.english_name if locale else path.parent.parent.name
    text = io.BytesIO()
    write_po(text, catalog, width=0, omit_header=True, sort_by_file=True, ignore_obsolete=True, include_lineno=False)
    header = HEADER.format(name=name, language=path.parent.parent.name, plural=catalog.plural_forms)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(header.encode() + text.getvalue().strip() + b"\n")


def untranslated(catalog: Catalog) -> Iterator[Message]:
    """Messages without a translation, with a plural form missing, or only guessed at."""
    for message in catalog:
        forms = (message.string,) if isinstance(message.string, str) else message.string
        if message.id and (message.fuzzy or not forms or not all(forms)):
            yield message


def source_of(message: Message) -> str:
    """The English text of a message, its singular where it counts something."""
    return message.id if isinstance(message.id, str) else message.id[0]


def update(path: Path, texts: Catalog) -> Catalog:
    """Bring one catalogue up to date and return it; a file that is not there is made."""
    catalog = read(path) if path.exists() else Catalog(locale=path.parent.parent.name, charset="utf-8")
    catalog.update(texts, no_fuzzy_matching=True, update_creation_date=False)
    write(catalog, path)
    return catalog


def report(path: Path, catalog: Catalog) -> Iterator[str]:
    """One line for a catalogue, and one for each text that is to be translated."""
    missing = list(untranslated(catalog))
    yield f"{path}: {len(catalog)} texts, {len(missing)} to be translated"
    for message in missing:
        yield f"  {source_of(message)!r} ({message.locations[0][0]})"


def missing() -> str:
    """The list of all texts that a language lacks, as it stands in `translations/missing.txt`: one per line."""
    lines = (
        f"{path.parent.parent.name}: {source_of(message)!r}\n"
        for path in catalogues()
        for message in untranslated(read(path))
    )
    return MISSING_HEAD + "".join(lines)


def main(languages: Sequence[str]) -> int:
    """Update every catalogue, make those of `languages` that are not there; print and list what is to be translated."""
    texts = extract()
    for path in sorted({*catalogues(), *map(place_of, languages)}):
        for line in report(path, update(path, texts)):
            print(line)
    (shipped("translations") / MISSING).write_text(missing(), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
