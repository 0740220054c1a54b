"""What `kg serve` is made of: the SPARQL endpoint, the pages of the explorer and what they ask."""
