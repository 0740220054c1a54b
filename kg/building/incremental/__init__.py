"""Reuse the previous build: whole where nothing changed, in part where little did."""
