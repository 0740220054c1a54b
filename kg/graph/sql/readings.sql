-- The words in doubt of a build, and their readings there. The build's report runs the first two in its own engine.

-- name: doubt_counts (rows)
-- reads: word_readings
-- One row: the words in doubt with their figures, and those of them whose best reading is none that the record has.
SELECT
    COUNT(DISTINCT match) AS words, COUNT(DISTINCT figure_id) AS figures,
    COUNT(DISTINCT CASE WHEN NOT recorded THEN match END) AS differing_words,
    COUNT(DISTINCT CASE WHEN NOT recorded THEN figure_id END) AS differing_figures
FROM (
    SELECT figure_id, match, recorded,
        ROW_NUMBER() OVER (PARTITION BY figure_id, match ORDER BY probability DESC, entity_id) AS place
    FROM word_readings
) AS readings
WHERE place = 1

-- name: meanings (rows)
-- reads: word_readings, words
-- One row for each word in doubt and reading of it, the most frequent word first; only those of $words unless $every is
-- 1. `figures`: those where the word is in
-- doubt; `drawn`: all that draw it. `hundredths` is the sum of the reading's probabilities in these figures, in which it
-- is 0 where the word cannot mean it. `best`: figures where it is the best reading; `recorded`: where the record has it;
-- `differing`: where it is the best and the record lacks it.
SELECT
    r.match AS word, f.figures, w.figures AS drawn, r.entity_id, MIN(r.name) AS name, MIN(r.category) AS category,
    MIN(r.source) AS source, CAST(SUM(CAST(ROUND(r.probability * 100) AS BIGINT)) AS BIGINT) AS hundredths,
    COUNT(CASE WHEN r.place = 1 THEN 1 END) AS best, COUNT(CASE WHEN r.recorded THEN 1 END) AS recorded,
    COUNT(CASE WHEN r.place = 1 AND NOT r.recorded THEN 1 END) AS differing
FROM (
    SELECT match, entity_id, name, category, source, recorded, probability,
        ROW_NUMBER() OVER (PARTITION BY figure_id, match ORDER BY probability DESC, entity_id) AS place
    FROM word_readings
    WHERE $every = 1 OR match IN ($words)
) AS r
JOIN (SELECT match, COUNT(DISTINCT figure_id) AS figures FROM word_readings GROUP BY match) AS f ON f.match = r.match
LEFT JOIN words AS w ON w.word = r.match
GROUP BY r.match, f.figures, w.figures, r.entity_id
ORDER BY f.figures DESC, r.match, hundredths DESC, r.entity_id

-- name: least_sure_figures (rows)
-- reads: figures, word_readings
-- Up to $top figures of each word of $words, or of every word if $every is 1, the least sure of them first: the
-- best reading there, with its probability.
SELECT word, substr(figure_id, 7) AS figure, name AS reading, probability, title
FROM (
    SELECT b.match AS word, b.figure_id, b.name, b.probability, COALESCE(f.title, f.alias) AS title,
        ROW_NUMBER() OVER (PARTITION BY b.match ORDER BY b.probability, b.figure_id) AS place
    FROM (
        SELECT figure_id, match, name, probability,
            ROW_NUMBER() OVER (PARTITION BY figure_id, match ORDER BY probability DESC, entity_id) AS rank
        FROM word_readings
    ) AS b
    JOIN figures AS f ON f.figure_id = b.figure_id
    WHERE b.rank = 1 AND ($every = 1 OR b.match IN ($words))
) AS sorted
WHERE place <= $top
ORDER BY probability, word, figure_id

-- name: meanings_by_figure (rows)
-- reads: figures, word_readings
-- One row for each figure, word and reading, where the best reading has a probability below $below; the figures of one
-- word follow each other, the most frequent word first.
SELECT
    r.match AS word, substr(r.figure_id, 7) AS figure, r.entity_id, r.name, r.category, r.source, r.recorded,
    CAST(ROUND(r.probability * 100) AS BIGINT) AS hundredths, COALESCE(f.title, f.alias) AS title
FROM word_readings AS r
JOIN (
    SELECT match, figure_id, COUNT(*) OVER (PARTITION BY match) AS figures
    FROM word_readings GROUP BY match, figure_id HAVING MAX(probability) < $below
) AS d ON d.match = r.match AND d.figure_id = r.figure_id
JOIN figures AS f ON f.figure_id = r.figure_id
ORDER BY d.figures DESC, r.match, r.figure_id, r.probability DESC, r.entity_id
