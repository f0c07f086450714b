"""What a user can do, one verb each; every verb returns an Outcome."""
