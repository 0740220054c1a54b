"""Who is drawn with whom: counting, association statistics and significance."""
