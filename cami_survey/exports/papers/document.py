"""A paper as a Word document with real styles, captions, alternative texts and, where needed, right-to-left text."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor

from cami_survey.analysis.cells import spoken
from cami_survey.analysis.results import Analysis, Column, ResultTable
from cami_survey.base.numbers import number
from cami_survey.base.texts import _
from cami_survey.exports.cells import visible
from cami_survey.exports.papers.columns import fit
from cami_survey.exports.papers.paper import Paper, printed, svg_of
from cami_survey.exports.papers.typeset import pictures
from cami_survey.exports.target import replacing

ACCENT, MUTED, WARN = RGBColor(0x0B, 0x6E, 0x69), RGBColor(0x5B, 0x66, 0x6B), RGBColor(0x9A, 0x5B, 0x00)
WIDTH = Mm(170)
TABLE_STYLE = "CAMI Table"
# Half points.
LETTERS = 17
FIELD = (
    '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
    '<w:r><w:instrText xml:space="preserve"> {code} </w:instrText></w:r>'
    '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    '<w:r><w:t>{shown}</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
)


def write(target: Path, paper: Paper) -> None:
    """Write the paper as .docx. UserError when the file cannot be written; an older file is then as it was."""
    writer = _Writer(paper)
    writer.fill()
    with replacing(target) as partial:
        writer.document.save(str(partial))


class _Writer:
    def __init__(self, paper: Paper) -> None:
        self.paper = paper
        self.document = Document()
        # Looking a style up by its name costs python-docx four milliseconds each time.
        self._ids = {style.name: style.style_id for style in self.document.styles}
        self._numbers = {"Figure": 0, "Table": 0}
        shown = [
            (figure, analysis) for analysis in paper.analyses() if not analysis.empty for figure in analysis.figures
        ]
        made = pictures([svg_of(figure, analysis, paper.look) for figure, analysis in shown])
        self._pictures = iter(made)

    def fill(self) -> None:
        """Write everything, in the order in which it is read."""
        self._styles()
        paper = self.paper
        self._say(paper.title, "Title")
        self._say(paper.subtitle, "Subtitle")
        self._pairs(paper.scope)
        if paper.messages:
            self._say(_("Key messages"), "Heading 1")
        for message in paper.messages:
            self._bullet(message.text, message.level == "warn")
        self._say(_("Before you read"), "Heading 1")
        for caveat in paper.caveats:
            self._bullet(caveat)
        for chapter in paper.chapters:
            self._say(chapter.title, "Heading 1")
            for analysis in chapter.analyses:
                self._analysis(analysis)
        self._say(_("How people were asked"), "Heading 1")
        for sentence in paper.ethics:
            self._say(sentence)

    def _styles(self) -> None:
        document, paper = self.document, self.paper
        core = document.core_properties
        core.title, core.author = visible(paper.title)[:255], "CAMI Survey"
        core.comments, core.language = paper.level[:255], paper.language
        core.created = core.modified = paper.made.replace(tzinfo=None)
        section = document.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.left_margin = section.right_margin = Mm(20)
        section.top_margin = section.bottom_margin = Mm(22)
        for name, size, colour in (
            *(("Normal", 10, None), ("Title", 22, ACCENT), ("Subtitle", 12, MUTED), ("Heading 1", 15, ACCENT)),
            *(("Heading 2", 11.5, ACCENT), ("Caption", 8.5, MUTED), ("List Bullet", 10, None)),
        ):
            style = document.styles[name]
            style.font.size = Pt(size)
            style.font.name = "Calibri"
            _fonts(style.element, paper.language)
            if colour is not None:
                style.font.color.rgb = colour
        document.styles["Caption"].font.bold = False
        document.styles.element.append(parse_xml(_table_style()))
        self._footer(section.footer.paragraphs[0])

    def _footer(self, paragraph: Any) -> None:
        self._word(paragraph, f"{self.paper.level}    ", MUTED, 8)
        for element in _field("PAGE", "1"):
            paragraph._p.append(element)
        self._turn(paragraph)

    def _say(self, text: str, style: str | None = None) -> Any:
        paragraph = self._paragraph(style)
        self._word(paragraph, text)
        return self._turn(paragraph)

    def _paragraph(self, style: str | None = None) -> Any:
        paragraph = self.document.add_paragraph()
        if style is not None:
            paragraph._p.style = self._ids[style]
        return paragraph

    def _bullet(self, text: str, warn: bool = False) -> None:
        paragraph = self._paragraph("List Bullet")
        self._word(paragraph, f"⚠ {text}" if warn else text, WARN if warn else None)
        self._turn(paragraph)

    def _word(
        self, paragraph: Any, text: str, colour: RGBColor | None = None, size: float = 0, italic: bool = False
    ) -> None:
        run = paragraph.add_run(visible(text))
        run.italic = italic or None
        if colour is not None:
            run.font.color.rgb = colour
        if size:
            run.font.size = Pt(size)
        if self.paper.right_to_left:
            run._r.get_or_add_rPr().append(parse_xml(f"<w:rtl {nsdecls('w')}/>"))

    def _turn(self, paragraph: Any) -> Any:
        """Let the paragraph run from the right where the language does."""
        if self.paper.right_to_left:
            properties = paragraph._p.get_or_add_pPr()
            properties.insert_element_before(
                parse_xml(f"<w:bidi {nsdecls('w')}/>"),
                "w:adjustRightInd",
                "w:snapToGrid",
                "w:spacing",
                "w:ind",
                "w:jc",
                "w:rPr",
            )
        return paragraph

    def _pairs(self, pairs: tuple[tuple[str, str], ...]) -> None:
        rows = [(head, said) for head, said in pairs]
        widths = (30, 70)
        body = "".join(self._row([(head, "start", True), (said, "start", False)]) for head, said in rows)
        self._put(self._grid(widths, "", body))

    def _analysis(self, analysis: Analysis) -> None:
        self._say(analysis.title, "Heading 2")
        self._turn(self._emphasis(analysis.question))
        if analysis.empty:
            self._say(analysis.empty)
            return
        for message in analysis.messages:
            self._bullet(message.text, message.level == "warn")
        for figure in analysis.figures:
            shape = self.document.add_picture(BytesIO(next(self._pictures)), width=WIDTH)
            shape._inline.docPr.set("descr", visible(figure.alt))
            shape._inline.docPr.set("title", visible(figure.title))
            shape._inline.getparent().getparent().getparent().get_or_add_pPr().get_or_add_keepNext()
            self._caption(
                "Figure", _("Figure"), f"{figure.title}. {figure.subtitle}" if figure.subtitle else figure.title
            )
        for table in analysis.tables:
            self._table(table)
        if analysis.method:
            paragraph = self.document.add_paragraph()
            self._word(paragraph, analysis.method, MUTED, 8)
            self._turn(paragraph)

    def _emphasis(self, text: str) -> Any:
        paragraph = self.document.add_paragraph()
        self._word(paragraph, text, italic=True)
        paragraph.paragraph_format.keep_with_next = True
        return paragraph

    def _caption(self, kind: str, word: str, text: str) -> None:
        self._numbers[kind] += 1
        paragraph = self._paragraph("Caption")
        self._word(paragraph, f"{word} ")
        for element in _field(f"SEQ {kind} \\* ARABIC", number(self._numbers[kind], 0)):
            paragraph._p.append(element)
        self._word(paragraph, f". {text}")
        paragraph.paragraph_format.keep_with_next = kind == "Table"
        self._turn(paragraph)

    def _table(self, table: ResultTable) -> None:
        shown, left = printed(table)
        if shown and shown.rows:
            self._caption("Table", _("Table"), table.title)
            found = fit(shown)
            head = self._row([(one.title, _side(one), True) for one in shown.columns], head=True, scale=found.scale)
            rows = (
                [(spoken(cell, column), _side(column), False) for cell, column in zip(row, shown.columns, strict=True)]
                for row in shown.rows
            )
            body = "".join(self._row(row, scale=found.scale) for row in rows)
            self._put(self._grid(found.widths, head, body, table.title))
        if left:
            self._say(left)

    def _put(self, table: str) -> None:
        """Tables are put in as one piece of XML: cell by cell python-docx searches the whole row again each time."""
        body = self.document.element.body
        body.insert(len(body) - 1, parse_xml(table))
        self.document.add_paragraph().paragraph_format.space_after = Pt(4)

    def _grid(self, widths: tuple[int, ...], head: str, body: str, title: str = "") -> str:
        whole = sum(widths)
        columns = "".join(f'<w:gridCol w:w="{round(9638 * width / whole)}"/>' for width in widths)
        bidi = "<w:bidiVisual/>" if self.paper.right_to_left else ""
        caption = f"<w:tblCaption w:val={quoteattr(visible(title))}/>" if title else ""
        return (
            f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblStyle w:val="CAMITable"/>{bidi}'
            '<w:tblW w:w="5000" w:type="pct"/><w:tblLayout w:type="fixed"/>'
            f'<w:tblLook w:val="0420" w:firstRow="1" w:noHBand="0"/>{caption}</w:tblPr>'
            f"<w:tblGrid>{columns}</w:tblGrid>{head}{body}</w:tbl>"
        )

    def _row(self, cells: list[tuple[str, str, bool]], head: bool = False, scale: float = 1) -> str:
        properties = "<w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>" if head else "<w:trPr><w:cantSplit/></w:trPr>"
        return f"<w:tr>{properties}{''.join(self._cell(*cell, scale) for cell in cells)}</w:tr>"

    def _cell(self, text: str, side: str, bold: bool, scale: float) -> str:
        size = round(LETTERS * scale)
        turned = self.paper.right_to_left
        bidi, rtl = ("<w:bidi/>", "<w:rtl/>") if turned else ("", "")
        run = f'{"<w:b/><w:bCs/>" if bold else ""}<w:sz w:val="{size}"/><w:szCs w:val="{size}"/>{rtl}'
        place = "" if side == "start" else '<w:jc w:val="right"/>' if not turned else '<w:jc w:val="left"/>'
        return (
            f'<w:tc><w:tcPr/><w:p><w:pPr>{bidi}<w:spacing w:before="30" w:after="30"/>{place}</w:pPr>'
            f'<w:r><w:rPr>{run}</w:rPr><w:t xml:space="preserve">{escape(visible(text))}</w:t></w:r></w:p></w:tc>'
        )


def _side(column: Column) -> str:
    return "start" if column.kind == "text" else "end"


def _field(code: str, shown: str) -> Iterator[Any]:
    made = parse_xml(f"<w:p {nsdecls('w')}>{FIELD.format(code=code, shown=escape(shown))}</w:p>")
    yield from list(made)


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


def _table_style() -> str:
    border = '<w:{side} w:val="single" w:sz="{size}" w:space="0" w:color="{colour}"/>'
    lines = (("top", 8, "0B6E69"), ("bottom", 4, "DAD8D0"), ("insideH", 4, "DAD8D0"))
    borders = "".join(border.format(side=side, size=size, colour=colour) for side, size, colour in lines)
    margins = '<w:left w:w="70" w:type="dxa"/><w:right w:w="70" w:type="dxa"/>'
    return (
        f'<w:style {nsdecls("w")} w:type="table" w:customStyle="1" w:styleId="CAMITable">'
        f'<w:name w:val="{TABLE_STYLE}"/><w:basedOn w:val="TableNormal"/><w:uiPriority w:val="59"/>'
        '<w:pPr><w:spacing w:after="0" w:line="240" w:lineRule="auto"/></w:pPr>'
        f"<w:tblPr><w:tblBorders>{borders}</w:tblBorders><w:tblCellMar>{margins}</w:tblCellMar></w:tblPr>"
        '<w:tblStylePr w:type="firstRow"><w:rPr><w:b/></w:rPr>'
        '<w:tcPr><w:shd w:val="clear" w:color="auto" w:fill="DDEFED"/></w:tcPr></w:tblStylePr></w:style>'
    )
