"""Dialogs: questions only."""
