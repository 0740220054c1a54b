"""`kg serve`: the SPARQL endpoint, the pages of the explorer and the JSON API behind them."""
