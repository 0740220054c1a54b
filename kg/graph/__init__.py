"""Read a build: the knowledge graph, its views, and lookups."""
