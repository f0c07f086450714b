"""What every other package may lean on: errors, notices, records, clock, settings, texts. Plain Python."""
