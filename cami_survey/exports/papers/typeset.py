"""A paper as PDF, set by typst: tagged, with alternative texts, fonts inside."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from cami_survey.analysis.results import Analysis
from cami_survey.base.heeding import begun, heed
from cami_survey.base.numbers import whole
from cami_survey.base.texts import _
from cami_survey.exports.papers import tables
from cami_survey.exports.papers.paper import Paper, printed, svg_of
from cami_survey.exports.papers.setter import Setter, quoted
from cami_survey.exports.target import replacing

# Points. A table that is no higher stays on one page, a higher one begins with so much on the first: its head and some
# three rows.
WHOLE, BEGUN = 120, 90
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
#show heading.where(level: 1): it => block(sticky: true, above: 1.6em, below: 0.9em, text(15pt, it.body))
#show heading.where(level: 2): it => block(sticky: true, above: 1.4em, below: 0.7em, text(11.5pt, it.body))
#show figure.caption: set text(8.5pt, fill: rgb("#5B666B"))
#let rows = {begun}pt
#show figure.where(kind: table): it => {{
  block(sticky: true, width: 100%, inset: (bottom: rows), below: 0.6em - rows, align(start, it.caption))
  block(above: 0.6em - rows, width: 100%, it.body)
}}
#set figure(gap: 0.6em, numbering: {one})
#set figure.caption(separator: [. ])
"""


def write(target: Path, paper: Paper) -> None:
    """Write the paper as PDF. UserError when the file cannot be written; an older file is then as it was."""
    text = source(paper)
    content = begun(lambda: typeset(text))()
    with replacing(target) as partial:
        partial.write_bytes(content)


def source(paper: Paper) -> str:
    """The paper in typst's own language."""
    return "\n".join(_parts(paper))


def typeset(text: str) -> bytes:
    """The PDF that typst makes of `text`."""
    made: bytes = _setter().set(text)
    return made


@lru_cache(maxsize=1)
def _setter() -> Setter:
    """One for all papers: it remembers what it set, and the papers of two countries have much in common."""
    return Setter()


def _parts(paper: Paper) -> Iterator[str]:
    yield SETUP.format(
        title=quoted(paper.title),
        level=_content(paper.level),
        begun=BEGUN,
        one=quoted(whole(1)),
        language=quoted(paper.language.split("-")[0]),
        direction="rtl" if paper.right_to_left else "ltr",
    )
    yield tables.RULES
    yield f'#text(22pt, weight: 600, fill: rgb("#0B6E69"), {quoted(paper.title)})\n'
    yield f'#text(12pt, fill: rgb("#5B666B"), {quoted(paper.subtitle)})\n'
    yield f"#{tables.pairs(paper.scope)}"
    if paper.messages:
        yield _heading(1, _("Key messages"))
    yield from (_bullet(message.text, message.level == "warn") for message in paper.messages)
    yield _heading(1, _("Before you read"))
    yield from (_bullet(caveat) for caveat in paper.caveats)
    for chapter in paper.chapters:
        yield _heading(1, chapter.title)
        for analysis in chapter.analyses:
            yield from _analysis(analysis, paper)
    yield _heading(1, _("How people were asked"))
    yield from (f"#{_content(sentence)}\n" for sentence in paper.ethics)


def _analysis(analysis: Analysis, paper: Paper) -> Iterator[str]:
    heed()
    yield _heading(2, analysis.title)
    yield f"#block(sticky: true, emph({quoted(analysis.question)}))\n"
    if analysis.empty:
        yield f"#{_content(analysis.empty)}\n"
        return
    # What is said of a figure or table stays on its page.
    yield from (_bullet(message.text, message.level == "warn", True) for message in analysis.messages)
    for figure in analysis.figures:
        drawn = f'bytes({quoted(svg_of(figure, analysis, paper.look))}), format: "svg", width: 100%'
        image = f"image({drawn}, alt: {quoted(figure.alt)})"
        yield "#" + _captioned(image, "image", _("Figure"), f"{figure.title}. {figure.subtitle}".rstrip(". "))
    for table in analysis.tables:
        shown, left = printed(table)
        if shown and shown.rows:
            body, high = tables.table(shown)
            made = _captioned(body, "table", _("Table"), table.title)
            # What is said of the last one stays on its page.
            manner = "breakable: true" if high > WHOLE else "sticky: true" if table is analysis.tables[-1] else ""
            yield f"#{{ show figure: set block({manner}); {made} }}"
        if left:
            yield f"#{_content(left)}\n"
    if analysis.method:
        yield f'#text(8pt, fill: rgb("#5B666B"), {quoted(analysis.method)})\n'


def _captioned(body: str, kind: str, word: str, caption: str) -> str:
    return f"figure({body}, caption: {quoted(caption)}, supplement: {quoted(word)}, kind: {kind})"


def _heading(level: int, text: str) -> str:
    return f"#heading(level: {level}, {quoted(text)})"


def _bullet(text: str, warn: bool = False, sticky: bool = False) -> str:
    body = f'text(fill: rgb("#9A5B00"), {quoted("⚠ " + text)})' if warn else quoted(text)
    made = f"list(tight: true, {body})"
    return f"#block(sticky: true, above: 0.7em, below: 0.8em, {made})" if sticky else f"#{made}"


def _content(text: str) -> str:
    """An expression that gives these words and nothing else."""
    return f"text({quoted(text)})"
