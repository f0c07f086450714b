"""The running interview: one page, its outline, its questions and one widget for each kind of answer."""
