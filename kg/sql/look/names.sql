-- The words by which the things asked for are drawn; for a keyword the word is not known.
SELECT e.entity_id, e.name, COALESCE(m.match, '(word not known)') AS word, m.flavour,
    COUNT(DISTINCT m.figure_id) AS figures, MIN(m.n_candidates) AS of
FROM entities AS e
JOIN meant AS t ON t.entity_id = e.entity_id
JOIN mentions AS m ON m.entity_id = e.entity_id
GROUP BY e.entity_id, e.name, m.match, m.flavour
ORDER BY figures DESC, e.entity_id, word, m.flavour LIMIT $top
