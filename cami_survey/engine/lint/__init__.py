"""What a form that loads should be asked about before it is used in the field."""
