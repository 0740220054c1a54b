"""Downloads from the web: one verified copy of a file, which goes on after a cut."""
