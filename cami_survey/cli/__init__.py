"""The commands of `cami-survey`."""
