"""Papers for consultation meetings: a workbook, a Word document, a PDF. They show what analyses say (note 287)."""
