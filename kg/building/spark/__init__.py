"""Build on a Spark cluster, with the same SQL and statistics as on one machine."""
