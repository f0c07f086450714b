"""One widget for each kind of answer. `widgets.py` next door says which question gets which."""
