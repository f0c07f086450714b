"""A paper as PDF, and figures as PNG, set by typst: tagged, with alternative texts, fonts inside."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from cami_survey.analysis.cells import spoken
from cami_survey.analysis.results import Analysis, ResultTable
from cami_survey.base.numbers import whole
from cami_survey.base.places import fonts
from cami_survey.base.texts import _
from cami_survey.exports.papers.columns import fit
from cami_survey.exports.papers.paper import Paper, printed, svg_of
from cami_survey.exports.target import replacing

if TYPE_CHECKING:
    from typst import Compiler

PPI = 192.0
# Points.
LETTERS = 8.0
# A figure is copied in the window while a paper is written beside it.
_ONE_AT_A_TIME = Lock()
_CONTROLS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
SETUP = """
#set document(title: {title}, author: "CAMI Survey")
#set page(paper: "a4", margin: (x: 20mm, y: 22mm), numbering: {one}, footer: context [
  #set text(8pt, fill: rgb("#5B666B"))
  #{level} #h(1fr) #counter(page).display({one} + " / " + {one}, both: true)
])
#set text(font: ("Noto Sans", "Noto Sans Arabic"), size: 9.5pt, lang: {language}, dir: {direction})
#set text(fill: rgb("#1C2326"))
#set par(leading: 0.62em, spacing: 0.9em, justify: false)
#show heading: set text(fill: rgb("#0B6E69"), weight: 600)
#show heading.where(level: 1): it => block(above: 1.6em, below: 0.9em, text(15pt, it.body))
#show heading.where(level: 2): it => block(above: 1.4em, below: 0.7em, text(11.5pt, it.body))
#show figure.caption: set text(8.5pt, fill: rgb("#5B666B"))
#show figure: set block(breakable: true)
#show figure.where(kind: table): it => {{
  block(sticky: true, width: 100%, below: 0.6em, align(start, it.caption))
  block(width: 100%, it.body)
}}
#set figure(gap: 0.6em, numbering: {one})
#set table(inset: (x: 4pt, y: 1.5pt), stroke: (x, y) => (
  bottom: if y == 0 {{ 0.8pt + rgb("#0B6E69") }} else {{ 0.4pt + rgb("#DAD8D0") }}
))
#show table: set text(8pt, top-edge: "ascender", bottom-edge: "descender")
#show table: set par(leading: 0pt)
"""


def write(target: Path, paper: Paper) -> None:
    """Write the paper as PDF. UserError when the file cannot be written; an older file is then as it was."""
    content = typeset(source(paper))
    with replacing(target) as partial:
        partial.write_bytes(content)


def pictures(svgs: Sequence[str]) -> list[bytes]:
    """Each SVG as PNG at 192 dots per inch."""
    if not svgs:
        return []
    pages = "\n#pagebreak()\n".join(f'#image(bytes({_quoted(svg)}), format: "svg")' for svg in svgs)
    made = typeset(f"#set page(width: auto, height: auto, margin: 0pt)\n{pages}", format="png", ppi=PPI)
    return list(made) if len(svgs) > 1 or isinstance(made, list) else [made]


def source(paper: Paper) -> str:
    """The paper in typst's own language."""
    return "\n".join(_parts(paper))


def typeset(text: str, **wanted: Any) -> Any:
    """What typst makes of `text`: PDF, or what is `wanted` by its parameters `format` and `ppi`."""
    with _ONE_AT_A_TIME:
        return _compiler().compile(input=text.encode(), **wanted)


@lru_cache(maxsize=1)
def _compiler() -> Compiler:
    """Sets with the fonts of the program, and those of the system for scripts that they lack.

    One for all papers: it remembers what it set, and the papers of two countries have much in common.
    """
    from typst import Compiler, Fonts

    own = Fonts(include_system_fonts=True, include_embedded_fonts=False, font_paths=[str(fonts() / "noto")])
    return Compiler(font_paths=own)


def _parts(paper: Paper) -> Iterator[str]:
    yield SETUP.format(
        title=_quoted(paper.title),
        level=_content(paper.level),
        one=_quoted(whole(1)),
        language=_quoted(paper.language.split("-")[0]),
        direction="rtl" if paper.right_to_left else "ltr",
    )
    yield f'#text(22pt, weight: 600, fill: rgb("#0B6E69"), {_quoted(paper.title)})\n'
    yield f'#text(12pt, fill: rgb("#5B666B"), {_quoted(paper.subtitle)})\n'
    cells = ", ".join(f"[#strong({_quoted(head)})], [#{_content(said)}]" for head, said in paper.scope)
    yield f"#table(columns: (auto, 1fr), {cells})"
    if paper.messages:
        yield _heading(1, _("Key messages"))
    yield from (_bullet(message.text, message.level == "warn") for message in paper.messages)
    yield _heading(1, _("Before you read"))
    yield from (_bullet(caveat) for caveat in paper.caveats)
    for chapter in paper.chapters:
        # Whoever takes a chapter to a group takes whole pages; and typst sets what breaks part on all processors.
        yield "#pagebreak(weak: true)"
        yield _heading(1, chapter.title)
        for analysis in chapter.analyses:
            yield from _analysis(analysis, paper)
    yield _heading(1, _("How people were asked"))
    yield from (f"#{_content(sentence)}\n" for sentence in paper.ethics)


def _analysis(analysis: Analysis, paper: Paper) -> Iterator[str]:
    yield _heading(2, analysis.title)
    yield f"#block(sticky: true, emph({_quoted(analysis.question)}))\n"
    if analysis.empty:
        yield f"#{_content(analysis.empty)}\n"
        return
    yield from (_bullet(message.text, message.level == "warn") for message in analysis.messages)
    for figure in analysis.figures:
        drawn = f'bytes({_quoted(svg_of(figure, analysis, paper.look))}), format: "svg", width: 100%'
        image = f"image({drawn}, alt: {_quoted(figure.alt)})"
        yield _captioned(image, "image", _("Figure"), f"{figure.title}. {figure.subtitle}".rstrip(". "))
    for table in analysis.tables:
        shown, left = printed(table)
        if shown and shown.rows:
            yield _table(shown)
        if left:
            yield f"#{_content(left)}\n"
    if analysis.method:
        yield f'#text(8pt, fill: rgb("#5B666B"), {_quoted(analysis.method)})\n'


def _table(table: ResultTable) -> str:
    found = fit(table)
    columns = ", ".join(f"{width}fr" for width in found.widths)
    sides = ", ".join("start" if column.kind == "text" else "end" for column in table.columns)
    heads = ", ".join(f"[#strong({_quoted(column.title)})]" for column in table.columns)
    cells = ", ".join(
        _quoted(spoken(cell, column)) for row in table.rows for cell, column in zip(row, table.columns, strict=True)
    )
    body = f"table(columns: ({columns},), align: ({sides},), table.header({heads}), {cells})"
    if found.scale < 1:
        body = f"{{ show table: set text({LETTERS * found.scale:.1f}pt); {body} }}"
    return _captioned(body, "table", _("Table"), table.title)


def _captioned(body: str, kind: str, word: str, caption: str) -> str:
    return f"#figure({body}, caption: {_quoted(caption)}, supplement: {_quoted(word)}, kind: {kind})"


def _heading(level: int, text: str) -> str:
    return f"#heading(level: {level}, {_quoted(text)})"


def _bullet(text: str, warn: bool = False) -> str:
    body = f'text(fill: rgb("#9A5B00"), {_quoted("⚠ " + text)})' if warn else _quoted(text)
    return f"#list(tight: true, {body})"


def _content(text: str) -> str:
    """An expression that gives these words and nothing else."""
    return f"text({_quoted(text)})"


def _quoted(text: str) -> str:
    """A typst string: whatever is in the words stays words."""
    made = _CONTROLS.sub(" ", text)
    return '"' + made.replace("\\", "\\\\").replace('"', '\\"') + '"'
