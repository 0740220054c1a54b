-- The drawn words as numbers, and those that may be in doubt (docs/readings.md).

-- name: word_numbers (table)
-- reads: readings_with_words
-- One row for each drawn word, with a number from 0.
SELECT match, CAST(ROW_NUMBER() OVER (ORDER BY match) - 1 AS INT) AS word
FROM (SELECT DISTINCT match FROM readings_with_words WHERE match IS NOT NULL) AS words

-- name: figure_numbers (table)
-- reads: readings_with_words
-- One row for each figure with a drawn word, with a number from 0.
SELECT figure_id, CAST(ROW_NUMBER() OVER (ORDER BY figure_id) - 1 AS INT) AS figure
FROM (SELECT DISTINCT figure_id FROM readings_with_words WHERE match IS NOT NULL) AS figures

-- name: numbered_words (rows)
-- reads: word_numbers
-- The drawn words in the order of their numbers.
SELECT match FROM word_numbers ORDER BY word

-- name: recorded_genes (rows)
-- reads: readings_with_words
-- One row for each drawn word, human gene that records give it and flavour.
SELECT DISTINCT match, entity_id, flavour
FROM readings_with_words
WHERE match IS NOT NULL AND category = 'gene' AND taxon = 'ncbitaxon:9606'
ORDER BY match, entity_id, flavour

-- name: words_in_doubt (python)
-- reads: numbered_words, recorded_genes
-- One row for each drawn word that may have several readings.

-- name: drawings (rows)
-- reads: readings_with_words, word_numbers, figure_numbers
-- One row for each figure and word, as numbers.
SELECT DISTINCT f.figure, w.word
FROM readings_with_words AS r
JOIN word_numbers AS w ON w.match = r.match
JOIN figure_numbers AS f ON f.figure_id = r.figure_id
ORDER BY f.figure, w.word

-- name: drawings_in_doubt (rows)
-- reads: readings_with_words, words_in_doubt, word_numbers, figure_numbers, other_organism_figures
-- One row for each figure, word that may be in doubt and human gene that the record gives it. Words that the record also
-- gives genes of other organisms are left as they are, and so are figures whose record names other organisms only.
SELECT w.word, f.figure, r.figure_id, r.match, r.entity_id, MIN(r.name) AS name, MIN(r.flavour) AS flavour
FROM readings_with_words AS r
JOIN words_in_doubt AS d ON d.match = r.match
JOIN word_numbers AS w ON w.match = r.match
JOIN figure_numbers AS f ON f.figure_id = r.figure_id
LEFT JOIN other_organism_figures AS o ON o.figure_id = r.figure_id
LEFT JOIN (
    SELECT DISTINCT figure_id, match FROM readings_with_words
    WHERE match IS NOT NULL AND category = 'gene' AND taxon <> 'ncbitaxon:9606'
) AS x ON x.figure_id = r.figure_id AND x.match = r.match
WHERE r.category = 'gene' AND r.taxon = 'ncbitaxon:9606' AND o.figure_id IS NULL AND x.figure_id IS NULL
GROUP BY w.word, f.figure, r.figure_id, r.match, r.entity_id
ORDER BY w.word, f.figure, r.entity_id

-- name: texts (rows)
-- reads: versions, raw_figures, figure_numbers
-- Title and caption of each figure that has any.
SELECT n.figure, f.title, f.caption
FROM versions AS v
JOIN raw_figures AS f ON f.record = v.record AND f.figure_id = v.figure_id
JOIN figure_numbers AS n ON n.figure_id = v.figure_id
WHERE v.category = 'figure' AND v.version = 1 AND (f.title IS NOT NULL OR f.caption IS NOT NULL)
