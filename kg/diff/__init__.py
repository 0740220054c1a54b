"""Compare two builds, by tables and by triples."""
