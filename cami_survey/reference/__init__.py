"""The CAMI tables as data, with their sources: species, places, threats, actions, programme of work. Read-only."""
