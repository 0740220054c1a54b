"""Make a build: from sources to published tables, dumps and store."""
