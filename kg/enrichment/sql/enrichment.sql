-- What a test of lists reads of a build, once.

-- name: enrichment_figures (rows)
-- reads: figures, papers
-- One row for each figure.
SELECT f.figure_id, COALESCE(f.title, p.title) AS title, f.year
FROM figures AS f
LEFT JOIN papers AS p ON p.paper_id = f.paper_id
ORDER BY f.figure_id

-- name: enrichment_entities (rows)
-- reads: entities
-- One row for each entity, whether or not a mention of it is likely.
SELECT entity_id, name, category, COALESCE(taxon, '') AS taxon
FROM entities
ORDER BY entity_id

-- name: enrichment_mentions (rows)
-- reads: mentions
-- One row for each mention of a probability of $least or more. A keyword without a known word is a word of its own.
SELECT figure_id, entity_id, COALESCE(match, entity_id) AS word
FROM mentions
WHERE probability >= $least
