"""Incremental builds: an up-to-date build is left as it is, and a changed one reuses parts of the previous."""
