-- The drawn word of each reading: given by the record, inferred from its keywords, or unknown.

-- name: expanded_words (rows)
-- reads: resolved
-- One row for each word of the records, human gene that it was expanded to, and flavour.
SELECT DISTINCT match AS word, entity_id, flavour
FROM resolved
WHERE match IS NOT NULL AND category = 'gene' AND taxon = 'ncbitaxon:9606' AND flavour IS NOT NULL
ORDER BY word, entity_id, flavour

-- name: keywords (table)
-- reads: resolved
-- The keywords of each figure that has two or more human genes without a word. `word_given`: the record has the word.
SELECT r.figure_id, r.position, r.match IS NOT NULL AS word_given,
    CASE WHEN r.category = 'gene' AND r.taxon = 'ncbitaxon:9606' THEN r.entity_id END AS entity_id
FROM resolved AS r
JOIN (
    SELECT figure_id FROM resolved
    WHERE match IS NULL AND category = 'gene' AND taxon = 'ncbitaxon:9606'
    GROUP BY figure_id HAVING COUNT(*) > 1
) AS f ON f.figure_id = r.figure_id

-- name: genes_without_word (rows)
-- reads: keywords
-- The genes of keywords whose word is to be inferred.
SELECT DISTINCT entity_id FROM keywords WHERE NOT word_given AND entity_id IS NOT NULL

-- name: keywords_by_figure (rows)
-- reads: keywords
-- Keywords figure by figure, in the order of the record; those whose word is given come last.
SELECT figure_id, position, word_given, entity_id
FROM keywords
ORDER BY figure_id, word_given, position, entity_id

-- name: keywords_by_figure (rows, spark)
-- Spark writes one file for each task: no figure is in two of them, and each file is in the order of its figures.
SELECT figure_id, position, word_given, entity_id
FROM keywords
DISTRIBUTE BY figure_id SORT BY figure_id, word_given, position, entity_id

-- name: inferred (python)
-- reads: keywords_by_figure, genes_without_word, expanded_words
-- drops: keywords
-- One row for each figure and gene whose drawn word was inferred, with its normal form (`match`) and flavour.

-- name: readings_with_words (view)
-- reads: resolved, inferred
-- Readings with the drawn word and the flavour of its expansion. A gene whose word is unknown was found by its symbol or
-- a synonym; other categories are not expanded.
SELECT
    r.figure_id, r.origin, r.position, r.keyword, r.word, COALESCE(r.match, i.match) AS match, r.source,
    r.entity_id, r.category, r.name, r.taxon, r.id_status,
    CASE WHEN r.match IS NOT NULL THEN 'given' WHEN i.match IS NOT NULL THEN 'inferred' ELSE 'unknown' END
        AS word_status,
    COALESCE(r.flavour, i.flavour, CASE WHEN r.category = 'gene' THEN 'synonyms' ELSE 'strict' END) AS flavour
FROM resolved AS r
LEFT JOIN inferred AS i ON r.match IS NULL AND i.figure_id = r.figure_id AND i.entity_id = r.entity_id
