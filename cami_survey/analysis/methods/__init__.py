"""Methods of stakeholder and gap analysis: plain values in, plain values out, no survey, no files."""
