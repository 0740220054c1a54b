-- name: words_to_learn (rows)
-- reads: mentions, entities
-- The rows of a lexicon file: each word that records give, each entity with an identifier that it was surely read as
-- and its flavour, with the number of figures. Mentions that no record has teach nothing.
SELECT m.match AS word, e.category, e.entity_id, e.name, COALESCE(e.taxon, '') AS taxon, m.flavour,
    COUNT(DISTINCT m.figure_id) AS figures
FROM mentions AS m
JOIN entities AS e ON e.entity_id = m.entity_id
WHERE m.word_status = 'given' AND e.id_status = 'given' AND m.reading = 'sure' AND m.origin <> 'reread'
GROUP BY m.match, e.category, e.entity_id, e.name, e.taxon, m.flavour
ORDER BY word, e.category, e.entity_id, m.flavour

-- name: drawings_to_learn (rows)
-- reads: mentions
-- One row for each figure and drawn word.
SELECT DISTINCT figure_id, match FROM mentions WHERE match IS NOT NULL ORDER BY figure_id, match
