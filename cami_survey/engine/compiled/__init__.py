"""Forms as plain data, so that a form that was read once need not be read again."""
