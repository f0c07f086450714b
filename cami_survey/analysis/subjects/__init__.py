"""What is analysed, one file per subject: from columns to an `Analysis`."""
