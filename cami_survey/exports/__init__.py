"""Result tables to files. One module per file format."""
