"""Versioned CAMI tables: species, range states, threats, actions, programme of work."""
