"""Figures of analyses as SVG, the same for the window, the workbook's picture, the document and the PDF (note 286)."""
