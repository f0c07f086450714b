"""One module per place of the window. Pages know the desk and the kit, and nothing of each other."""
