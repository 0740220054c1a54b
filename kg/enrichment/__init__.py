"""Enrichment: in which figures, and beside which chemicals and diseases, a list is drawn more than by chance."""
