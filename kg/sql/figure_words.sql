-- The words of each figure as small numbers. A mention whose word is not known is a word of its own.
-- flavour: 1 strict, 2 synonyms, 3 all.
SELECT
    f.figure, e.entity, e.taxon, m.n_candidates AS candidates,
    CASE m.flavour WHEN 'strict' THEN 1 WHEN 'synonyms' THEN 2 ELSE 3 END AS flavour,
    CAST(DENSE_RANK() OVER (PARTITION BY f.figure ORDER BY COALESCE(m.match, CONCAT('=', m.entity_id))) AS INT) AS word
FROM mentions AS m
JOIN figure_codes AS f ON f.figure_id = m.figure_id
JOIN entity_codes AS e ON e.entity_id = m.entity_id
