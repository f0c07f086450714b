"""A paper as a Word document with real styles, captions, alternative texts and, where needed, right-to-left text."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor

from cami_survey.analysis.results import Analysis, Figure, ResultTable
from cami_survey.base.heeding import begun, heed
from cami_survey.base.numbers import number
from cami_survey.base.texts import _
from cami_survey.exports.cells import visible
from cami_survey.exports.papers.columns import fit
from cami_survey.exports.papers.paper import Paper, printed, svg_of
from cami_survey.exports.papers.pictures import pictures
from cami_survey.exports.papers.wordml import WordML, Words, elements, field, picture, table_style
from cami_survey.exports.target import replacing

ACCENT, MUTED, WARN = "0B6E69", "5B666B", "9A5B00"
WIDTH = Mm(170)
STYLES = (
    *(("Normal", 10, ""), ("Title", 22, ACCENT), ("Subtitle", 12, MUTED), ("Heading 1", 15, ACCENT)),
    *(("Heading 2", 11.5, ACCENT), ("Caption", 8.5, MUTED), ("List Bullet", 10, "")),
)
# A table of no more rows stays on one page; a longer one begins with so many on the first and ends with two together.
WHOLE, BEGUN = 7, 3
# A part of the document: XML, or a figure whose picture is being made.
Piece = str | Figure


def write(target: Path, paper: Paper) -> None:
    """Write the paper as .docx. UserError when the file cannot be written; an older file is then as it was."""
    shown = [analysis for analysis in paper.analyses() if not analysis.empty]
    drawn = [svg_of(figure, analysis, paper.look) for analysis in shown for figure in analysis.figures]
    made = begun(lambda: pictures(drawn))
    document: Any = Document()
    _set_up(document, paper)
    # Looking a style up by its name costs python-docx four milliseconds each time.
    pieces = list(_Writer(paper, {style.name: style.style_id for style in document.styles}).pieces())
    body = "".join(_shown(document, pieces, iter(made())))
    last = document.element.body[-1]
    heed()
    for element in elements(body):
        last.addprevious(element)
    heed()
    with replacing(target) as partial:
        document.save(str(partial))


def _shown(document: Any, pieces: list[Piece], made: Iterator[bytes]) -> Iterator[str]:
    """The pieces as XML, their pictures as parts of the document."""
    number = 0
    for piece in pieces:
        if isinstance(piece, str):
            yield piece
            continue
        number += 1
        part, image = document.part.get_or_add_image(BytesIO(next(made)))
        size = image.scaled_dimensions(WIDTH, None)
        yield picture(part, number, size, title=piece.title, alt=piece.alt)


class _Writer:
    """The words of a paper, in the order in which they are read. `styles` are the ids of styles by their names."""

    def __init__(self, paper: Paper, styles: dict[str, str]) -> None:
        self._paper, self._ids = paper, styles
        self._ml = WordML(paper.right_to_left)
        self._numbers = {"Figure": 0, "Table": 0}

    def pieces(self) -> Iterator[Piece]:
        """Everything, piece by piece."""
        paper = self._paper
        yield self._say(paper.title, "Title")
        yield self._say(paper.subtitle, "Subtitle")
        rows = (self._ml.row((Words(head, bold=True), Words(said))) for head, said in paper.scope)
        yield self._ml.table((30, 70), rows)
        if paper.messages:
            yield self._say(_("Key messages"), "Heading 1")
        yield from (self._bullet(message.text, message.level == "warn") for message in paper.messages)
        yield self._say(_("Before you read"), "Heading 1")
        yield from (self._bullet(caveat) for caveat in paper.caveats)
        for chapter in paper.chapters:
            yield self._say(chapter.title, "Heading 1")
            for analysis in chapter.analyses:
                yield from self._analysis(analysis)
        yield self._say(_("How people were asked"), "Heading 1")
        yield from map(self._say, paper.ethics)

    def _say(self, text: str, style: str = "") -> str:
        return self._ml.paragraph(self._ml.run(text), style=self._ids.get(style, ""))

    def _bullet(self, text: str, warn: bool = False, keep_next: bool = False) -> str:
        run = self._ml.run(f"⚠ {text}", colour=WARN) if warn else self._ml.run(text)
        return self._ml.paragraph(run, style=self._ids["List Bullet"], keep_next=keep_next)

    def _analysis(self, analysis: Analysis) -> Iterator[Piece]:
        heed()
        yield self._say(analysis.title, "Heading 2")
        yield self._ml.paragraph(self._ml.run(analysis.question, italic=True), keep_next=True)
        if analysis.empty:
            yield self._say(analysis.empty)
            return
        # What is said of a figure or table stays on its page.
        yield from (self._bullet(message.text, message.level == "warn", True) for message in analysis.messages)
        for figure in analysis.figures:
            yield figure
            told = f"{figure.title}. {figure.subtitle}" if figure.subtitle else figure.title
            yield self._caption("Figure", _("Figure"), told)
        for table in analysis.tables:
            # What is said of the last one stands below its last rows.
            yield from self._table(table, bool(analysis.method) and table is analysis.tables[-1])
        if analysis.method:
            yield self._ml.paragraph(self._ml.run(analysis.method, colour=MUTED, size=8))

    def _caption(self, kind: str, word: str, text: str) -> str:
        self._numbers[kind] += 1
        counted = field(f"SEQ {kind} \\* ARABIC", number(self._numbers[kind], 0))
        runs = self._ml.run(f"{word} "), counted, self._ml.run(f". {text}")
        return self._ml.paragraph(*runs, style=self._ids["Caption"], keep_next=kind == "Table")

    def _table(self, table: ResultTable, keep_next: bool) -> Iterator[str]:
        shown, left = printed(table)
        if shown and shown.rows:
            yield self._caption("Table", _("Table"), table.title)
            yield self._ml.table(*self._rows(shown, keep_next), table.title, keep_next=keep_next)
        if left:
            yield self._say(left)

    def _rows(self, table: ResultTable, keep_next: bool) -> tuple[tuple[int, ...], list[str]]:
        """How wide the columns of a table are, and its rows, the last of which may have to stay with what follows."""
        found = fit(table)
        ends = [column.kind != "text" for column in table.columns]
        heads = [Words(column.title, at_end, True) for column, at_end in zip(table.columns, ends, strict=True)]
        last = len(found.said)
        first = last if last <= WHOLE else BEGUN
        rows = [self._ml.row(heads, head=True, scale=found.scale, keep_next=True)]
        for at, said in enumerate(found.said, 1):
            keep = at < first or at == last - 1 or (keep_next and at == last)
            rows.append(self._ml.row(map(Words, said, ends), scale=found.scale, keep_next=keep))
        return found.widths, rows


def _set_up(document: Any, paper: Paper) -> None:
    """Properties, page, styles and foot."""
    core, section = document.core_properties, document.sections[0]
    core.title, core.author = visible(paper.title)[:255], "CAMI Survey"
    core.comments, core.language = paper.level[:255], paper.language
    core.created = core.modified = paper.made.replace(tzinfo=None)
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(20)
    section.top_margin = section.bottom_margin = Mm(22)
    for name, size, colour in STYLES:
        style = document.styles[name]
        style.font.size, style.font.name = Pt(size), "Calibri"
        _fonts(style.element, paper.language)
        if colour:
            style.font.color.rgb = RGBColor.from_string(colour)
    document.styles["Caption"].font.bold = False
    document.styles.element.append(parse_xml(table_style()))
    ml = WordML(paper.right_to_left)
    foot = ml.run(f"{paper.level}    ", colour=MUTED, size=8), field("PAGE", "1")
    (paragraph,) = elements(ml.paragraph(*foot, style="Footer"))
    footer = section.footer.paragraphs[0]._p
    footer.getparent().replace(footer, paragraph)


def _fonts(style: Any, language: str) -> None:
    """The font and language for every script: without it Word takes its own for Arabic letters."""
    properties = style.get_or_add_rPr()
    fonts = properties.find(qn("w:rFonts"))
    for script in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{script}"), "Calibri" if script != "cs" else "Arial")
    for script in ("asciiTheme", "hAnsiTheme", "cstheme", "eastAsiaTheme"):
        fonts.attrib.pop(qn(f"w:{script}"), None)
    spoken_in = parse_xml(f"<w:lang {nsdecls('w')} w:val={quoteattr(language)} w:bidi={quoteattr(language)}/>")
    for old in properties.findall(qn("w:lang")):
        properties.remove(old)
    properties.append(spoken_in)
