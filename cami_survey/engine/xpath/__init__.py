"""XPath 1.0 with the ODK functions: lexer, parser, syntax tree, compiled closures."""
