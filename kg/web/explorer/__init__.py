"""The explorer: the page, the API behind it, and its database."""
