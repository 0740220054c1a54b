-- The normal forms of all words that were drawn.
SELECT DISTINCT match FROM mentions WHERE match IS NOT NULL ORDER BY match
