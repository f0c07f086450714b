"""The sheet with a recovery code as a PDF, or as a page where the name of the file says so."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, Qt, QUrl
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPdfWriter, QTextDocument, QTextOption

from cami_survey.exports import recovery_sheet
from cami_survey.exports.recovery_sheet import QUIET, Sheet

DOTS = 300
MARGIN = 18
SQUARE = 8
# Points; Qt draws its text at 72 of them an inch.
STYLE = """
body { font-family: 'Noto Sans'; font-size: 11pt; color: #000000 }
h1 { font-size: 20pt } .fact { margin-top: 0px; margin-bottom: 6px }
.code { font-family: 'Noto Sans Mono', monospace; font-size: 14pt; margin-top: 12px; margin-bottom: 12px }
li { margin-bottom: 3px }
"""


def write(target: Path, sheet: Sheet) -> None:
    """Write the sheet into a new file that only this person can read."""
    if target.suffix.lower() in (".html", ".htm"):
        recovery_sheet.write(target, sheet)
    else:
        recovery_sheet.keep(target, pdf(sheet))


def pdf(sheet: Sheet) -> bytes:
    """The sheet as a PDF on one page of A4, read in the direction of the language."""
    kept = QByteArray()
    buffer = QBuffer(kept)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(DOTS)
    writer.setTitle(recovery_sheet.heading(sheet))
    margins = QMarginsF(MARGIN, MARGIN, MARGIN, MARGIN)
    writer.setPageLayout(
        QPageLayout(
            QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Orientation.Portrait, margins, QPageLayout.Unit.Millimeter
        )
    )
    document(sheet).print_(writer)
    buffer.close()
    return bytes(kept.data())


def document(sheet: Sheet) -> QTextDocument:
    """The page as Qt lays it out."""
    made = QTextDocument()
    option = QTextOption()
    is_rtl = recovery_sheet.direction() == "rtl"
    option.setTextDirection(Qt.LayoutDirection.RightToLeft if is_rtl else Qt.LayoutDirection.LeftToRight)
    made.setDefaultTextOption(option)
    made.setDefaultStyleSheet(STYLE)
    made.addResource(QTextDocument.ResourceType.ImageResource, QUrl("squares"), _image(sheet))
    side = _image(sheet).width()
    picture = f'<img src="squares" width="{side // SQUARE * 3}" height="{side // SQUARE * 3}">'
    made.setHtml(f'<body dir="{recovery_sheet.direction()}">{recovery_sheet.content(sheet, picture)}</body>')
    return made


def _image(sheet: Sheet) -> QImage:
    """The QR code, with the quiet edge that readers need."""
    side = (len(sheet.squares) + 2 * QUIET) * SQUARE
    image = QImage(side, side, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    for y, line in enumerate(sheet.squares):
        for x, filled in enumerate(line):
            if filled:
                for row in range(SQUARE):
                    for column in range(SQUARE):
                        image.setPixel((x + QUIET) * SQUARE + column, (y + QUIET) * SQUARE + row, 0)
    return image
