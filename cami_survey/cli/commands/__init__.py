"""One module per noun; each lists its commands."""
