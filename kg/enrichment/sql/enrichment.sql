-- The tables of a build that a test of lists reads, once.

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

-- name: enrichment_words (rows)
-- reads: words
-- One row for each drawn word.
SELECT word FROM words ORDER BY word

-- name: enrichment_mentions (rows)
-- reads: mentions, figures, entities, words
-- One row for each mention of a probability of $least or more, as places from 0 in the three results above. `word` is -1
-- where the word is unknown.
SELECT f.place AS figure, e.place AS entity, COALESCE(w.place, -1) AS word
FROM mentions AS m
JOIN (
    SELECT figure_id, CAST(ROW_NUMBER() OVER (ORDER BY figure_id) - 1 AS INT) AS place FROM figures
) AS f ON f.figure_id = m.figure_id
JOIN (
    SELECT entity_id, CAST(ROW_NUMBER() OVER (ORDER BY entity_id) - 1 AS INT) AS place FROM entities
) AS e ON e.entity_id = m.entity_id
LEFT JOIN (
    SELECT word, CAST(ROW_NUMBER() OVER (ORDER BY word) - 1 AS INT) AS place FROM words
) AS w ON w.word = m.match
WHERE m.probability >= $least
