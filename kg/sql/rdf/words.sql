-- The drawn words of each figure, by normal form, with what they expand to.
SELECT
    figure_id, match, list(DISTINCT entity_id ORDER BY entity_id) AS entities,
    list(DISTINCT word ORDER BY word) AS words,
    list(DISTINCT source ORDER BY source) FILTER (WHERE source IS NOT NULL) AS sources
FROM mentions
WHERE match IS NOT NULL
GROUP BY figure_id, match
ORDER BY figure_id, match
