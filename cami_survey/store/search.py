"""Search text in any script: what is put into the index, and how a person's words become a query."""

from __future__ import annotations

import re
from unicodedata import category, normalize

from cami_survey.base.records import RecordFilter, Summary
from cami_survey.store.canonical import digest

# Scripts written without spaces: each character, with the marks on it, is a word, and neighbours in a query have to be
# neighbours in the text.
SPANS: list[tuple[int, int]] = [(0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF)]
MARKS = "".join(chr(c) for first, last in SPANS for c in range(first, last + 1) if category(chr(c))[0] == "M")
SPANS += [(0x3040, 0x30FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF)]
UNSPACED = re.compile(f"((?![{MARKS}])[{''.join(f'{chr(a)}-{chr(b)}' for a, b in SPANS)}][{MARKS}]*)")
# One letter typed in several ways: Russian io, the Arabic and Persian forms of yeh, kaf and alef.
SAME = str.maketrans("ёЁيىكأإآٱۀة", "еЕییکااااهه")
DROPPED = re.compile("[\u200b-\u200f\u0640\u2060\ufeff]")


def fold(text: str) -> str:
    """`text` with one spelling for letters that look or count as the same, and spaces where a script has none."""
    return UNSPACED.sub(r" \1 ", DROPPED.sub("", normalize("NFKC", text)).translate(SAME))


def indexed(summary: Summary) -> str:
    """What of a summary can be searched for."""
    return fold(" ".join((summary.code, summary.place, summary.place_detail, summary.note, summary.search)))


def marks(form: str, *, deleted: bool, is_open: bool, conflicts: int) -> str:
    """The filters a record belongs to, as words of the index."""
    shown = ["all", "drafts" if is_open else "final", *(["conflicts"] if conflicts else [])]
    return " ".join([*(["deleted"] if deleted else shown), form_mark(form)])


def form_mark(form: str) -> str:
    """A word that stands for a form."""
    return "f" + digest("form-mark", form.encode()).hex()[:16]


def query(text: str, filter: RecordFilter, form: str = "") -> str | None:
    """An FTS5 query for records whose text has every word of `text`, each from its beginning; None without words."""
    phrases = []
    for piece in DROPPED.sub("", normalize("NFKC", text)).translate(SAME).split():
        words = [word for part in UNSPACED.split(piece) for word in _words(part)]
        if words:
            phrases.append('"' + " ".join(words) + '"*')
    if not phrases:
        return None
    wanted = f'"{filter}"' + (f' AND "{form_mark(form)}"' if form else "")
    return f"{{body}} : ({' AND '.join(phrases)}) AND {{marks}} : ({wanted})"


def _words(part: str) -> list[str]:
    return part.replace('"', " ").replace("\0", " ").split() if any(c.isalnum() for c in part) else []
