"""The IRIs of a build as pages and as RDF, by content negotiation, and what machines find a dataset by."""
