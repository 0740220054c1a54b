-- The pairs by the numbers of their ends. Pairs that were read from one word only are in no network.
SELECT
    s.entity AS subject, o.entity AS object, c.figures, c.figures_all, c.figures_synonyms, c.figures_strict, c.papers,
    c.weight, c.npmi, c.q, c.first_year, c.last_year
FROM cooccurrences AS c
JOIN entity_codes AS s ON s.entity_id = c.subject_id
JOIN entity_codes AS o ON o.entity_id = c.object_id
WHERE c.figures > 0
