-- The drawn words of each figure, by normal form, with what they expand to; a family is named, not counted.
SELECT
    m.figure_id, m.match, min(m.word_status) AS word_status,
    array_sort(array_agg(DISTINCT m.entity_id)) AS entities,
    count(DISTINCT m.entity_id) FILTER (WHERE e.category <> 'family') AS size,
    array_sort(array_agg(DISTINCT m.word) FILTER (WHERE m.word IS NOT NULL)) AS words,
    array_sort(array_agg(DISTINCT m.source) FILTER (WHERE m.source IS NOT NULL)) AS sources
FROM mentions AS m
JOIN entities AS e ON e.entity_id = m.entity_id
WHERE m.match IS NOT NULL
GROUP BY m.figure_id, m.match
ORDER BY m.figure_id, m.match
