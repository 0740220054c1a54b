"""The SPARQL endpoint: protocol, queue and worker processes."""
