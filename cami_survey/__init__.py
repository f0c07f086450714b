"""CAMI Survey: offline field interviews, merged field by field, brought to the meeting table."""

__version__ = "0.1.0"
