-- One row a figure, entity and drawn word. n_candidates: how many entities of that category and taxon
-- the word expands to in that figure.
SELECT
    u.figure_id, u.entity_id, u.origin, u.word_status,
    CASE WHEN u.match IS NULL THEN 1 ELSE s.n_candidates END AS n_candidates,
    u.flavour, u.word, u.match, u.source
FROM (
    SELECT r.*, ROW_NUMBER() OVER (
        PARTITION BY r.figure_id, r.entity_id, r.match, r.word
        ORDER BY CASE r.origin WHEN 'sidecar' THEN 1 WHEN 'inline' THEN 2 ELSE 3 END,
            CASE r.flavour WHEN 'strict' THEN 1 WHEN 'synonyms' THEN 2 ELSE 3 END, r.position
    ) AS place
    FROM words_read AS r
) AS u
JOIN entities AS e ON e.entity_id = u.entity_id
LEFT JOIN (
    SELECT r.figure_id, r.match, e.category, COALESCE(e.taxon, '') AS taxon,
        CAST(COUNT(DISTINCT r.entity_id) AS INT) AS n_candidates
    FROM words_read AS r JOIN entities AS e ON e.entity_id = r.entity_id
    WHERE r.match IS NOT NULL
    GROUP BY r.figure_id, r.match, e.category, COALESCE(e.taxon, '')
) AS s
    ON s.figure_id = u.figure_id AND s.match = u.match AND s.category = e.category AND s.taxon = COALESCE(e.taxon, '')
WHERE u.place = 1
ORDER BY u.figure_id, u.entity_id, u.match NULLS LAST, u.word NULLS LAST
