"""Packages, keys and folders: how facts travel between survey files."""
