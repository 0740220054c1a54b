-- Mentions whose number of candidates is not how many entities of their kind the word expands to in the figure.
SELECT m.figure_id, m.entity_id, m.match, m.word, m.n_candidates, c.counted
FROM mentions AS m
JOIN entities AS e ON e.entity_id = m.entity_id
LEFT JOIN (
    SELECT m.figure_id, m.match, e.category, e.taxon, COUNT(DISTINCT m.entity_id) AS counted
    FROM mentions AS m JOIN entities AS e ON e.entity_id = m.entity_id
    WHERE m.match IS NOT NULL
    GROUP BY m.figure_id, m.match, e.category, e.taxon
) AS c ON c.figure_id = m.figure_id AND c.match = m.match AND c.category = e.category
    AND COALESCE(c.taxon, '') = COALESCE(e.taxon, '')
WHERE m.n_candidates <> COALESCE(c.counted, 1)
