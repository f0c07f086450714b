"""The schema's steps. A step imports nothing of the program, so that it does for ever what it did when released."""
