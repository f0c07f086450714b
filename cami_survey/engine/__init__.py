"""Run a form, headless. The door is `engine.api`; everything else here is private."""
