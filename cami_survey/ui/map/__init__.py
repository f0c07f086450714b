"""Maps as painted widgets: the base map of the program, tiles that a person added, and what lies on them."""
