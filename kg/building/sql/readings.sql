-- The readings of drawn words: which words are in doubt in which figures, with their meanings there. Only human genes of
-- words with a known normal form are ever in doubt. Without inference, and with `--readings record`, no word is.

-- name: word_readings (python)
-- reads: readings_with_words
-- One row for each figure, word in doubt and reading that the word may have there: a gene, or a family whose members are
-- all meant. `recorded`: the record has it for this word. The probabilities of a figure and word add up to 1.

-- name: read_genes (python)
-- reads: readings_with_words
-- One row for each figure, word in doubt and gene of one of its readings; with `--families` the families are rows, too.
-- `probability` is the sum over the readings that have the gene, `share` the sum of probability / members, `wins`: the
-- most probable reading has it, `recorded`: the record has it for this word.

-- name: doubtful_words (table)
-- reads: readings_with_words, word_readings
-- One row for each figure and word in doubt, as the figure has it first: the word as it was read, and its status.
SELECT figure_id, match, word, word_status, position
FROM (
    SELECT r.figure_id, r.match, r.word, r.word_status, r.position,
        ROW_NUMBER() OVER (
            PARTITION BY r.figure_id, r.match
            ORDER BY CASE r.origin WHEN 'sidecar' THEN 0 WHEN 'inline' THEN 1 ELSE 2 END, r.position,
                r.word NULLS LAST, r.word_status
        ) AS place
    FROM readings_with_words AS r
    JOIN (SELECT DISTINCT figure_id, match FROM word_readings) AS d ON d.figure_id = r.figure_id AND d.match = r.match
    WHERE r.category = 'gene' AND r.taxon = 'ncbitaxon:9606'
) AS placed
WHERE place = 1

-- name: family_words (rows)
-- reads: readings_with_words, word_readings
-- The drawn words that were expanded as a gene family, or may mean one.
SELECT DISTINCT match
FROM readings_with_words
WHERE flavour = 'all' AND category = 'gene' AND match IS NOT NULL
UNION
SELECT DISTINCT match FROM word_readings WHERE category = 'family'
ORDER BY match
