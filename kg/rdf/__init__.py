"""Everything RDF: triples, dumps, descriptions, the store and its queries."""
