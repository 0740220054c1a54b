"""A build on a Spark cluster: the same SQL and statistics, each where the rows are."""
