"""Records to result tables: pure functions."""
