-- The figures of a pair, and an entity through the years.

-- name: shared_figures (rows)
-- reads: numbered_mentions, numbered_figures
-- One row for each figure of the years that mentions both entities: whether two different words mean them with a
-- probability of $least or more (`different`), whether two different words may mean them at all (`apart`), and whether
-- the record has both.
SELECT f.figure, f.score, f.figure_id, m.different, m.apart, m.recorded
FROM (
    SELECT s.figure,
        BOOL_OR(s.form <> o.form AND s.probability >= $least AND o.probability >= $least) AS different,
        BOOL_OR(s.form <> o.form) AS apart,
        BOOL_OR(s.recorded) AND BOOL_OR(o.recorded) AS recorded
    FROM numbered_mentions AS s JOIN numbered_mentions AS o ON o.figure = s.figure
    WHERE s.entity = $subject AND o.entity = $object AND s.flavour <= $flavour AND o.flavour <= $flavour
    GROUP BY s.figure
) AS m
JOIN numbered_figures AS f ON f.figure = m.figure
WHERE f.counted AND (($first = 0 AND $last = 9999) OR f.year BETWEEN $first AND $last)

-- name: shared_figure_counts (rows)
-- reads: shared_figures
-- One row: the figures that prove the pair, those whose record has both, and all that mention both.
SELECT COUNT(*) FILTER (WHERE different) AS figures, COUNT(*) FILTER (WHERE recorded) AS figures_all,
    COUNT(*) AS figures_mentioned
FROM shared_figures

-- name: shared_figure_words (rows)
-- reads: shared_figures, numbered_figures, numbered_mentions
-- One row for each figure of a page of results, with the words of both entities. Figures that prove the pair come
-- first, of these the likeliest pathways. `doubtful`: it would count if its readings were not doubtful.
SELECT f.* EXCLUDE (counted, paper), p.different, p.apart AND NOT p.different AS doubtful, s.words AS subject_words,
    o.words AS object_words
FROM (
    SELECT figure, different, apart,
        ROW_NUMBER() OVER (ORDER BY different DESC, score DESC NULLS LAST, figure_id) AS position
    FROM shared_figures
    ORDER BY position
    LIMIT $limit OFFSET $offset
) AS p
JOIN numbered_figures AS f ON f.figure = p.figure
JOIN (
    SELECT figure, array_sort(array_agg(DISTINCT word) FILTER (WHERE word IS NOT NULL)) AS words
    FROM numbered_mentions WHERE entity = $subject AND flavour <= $flavour GROUP BY figure
) AS s ON s.figure = p.figure
JOIN (
    SELECT figure, array_sort(array_agg(DISTINCT word) FILTER (WHERE word IS NOT NULL)) AS words
    FROM numbered_mentions WHERE entity = $object AND flavour <= $flavour GROUP BY figure
) AS o ON o.figure = p.figure
ORDER BY p.position

-- name: shared_figure_readings (rows)
-- reads: numbered_mentions, numbered_readings
-- One row for each of $figures, word in doubt of one of two entities and reading that the word may have there, the most
-- probable first. `entity` is the one of the two, `meant` the probability that the word means it.
SELECT m.figure, m.entity, m.word, m.meant, r.* EXCLUDE (figure, form)
FROM (
    SELECT figure, entity, form, MIN(word) AS word, MAX(probability) AS meant
    FROM numbered_mentions
    WHERE entity IN ($subject, $object) AND flavour <= $flavour AND figure IN ($figures)
    GROUP BY figure, entity, form
) AS m
JOIN numbered_readings AS r ON r.figure = m.figure AND r.form = m.form
ORDER BY m.figure, m.entity, m.word, m.form, r.probability DESC, r.name, r.id

-- name: years_of_entity (rows)
-- reads: numbered_mentions, numbered_figures
-- One row for each year: the number of figures that draw the entity, by likely readings.
SELECT f.year, COUNT(DISTINCT m.figure) AS figures
FROM numbered_mentions AS m JOIN numbered_figures AS f ON f.figure = m.figure
WHERE m.entity = $entity AND m.likely AND f.year IS NOT NULL
GROUP BY f.year
ORDER BY f.year

-- name: meanings_of_word (rows)
-- reads: words, mentions, entities
-- One row for each entity that the drawn word may mean in one of its figures, the most usual first. `figures`: where it
-- is a reading of $likely or more. `recorded`: where the record lists it. `probability` is the mean over all figures of
-- the word, summed in hundredths, because sums of doubles depend on the order.
SELECT e.entity_id AS id, e.name, e.category, e.taxon, m.figures, m.recorded,
    ROUND(CAST(m.hundredths AS DOUBLE) / (100 * CAST(w.figures AS BIGINT)), 2) AS probability, w.figures AS word_figures
FROM words AS w
JOIN (
    SELECT entity_id, COUNT(*) FILTER (WHERE probability >= $likely) AS figures,
        COUNT(*) FILTER (WHERE recorded) AS recorded,
        CAST(SUM(CAST(ROUND(100 * probability) AS BIGINT)) AS BIGINT) AS hundredths
    FROM (
        SELECT entity_id, figure_id, MAX(probability) AS probability, BOOL_OR(origin <> 'reread') AS recorded
        FROM mentions
        WHERE match = $word
        GROUP BY entity_id, figure_id
    )
    GROUP BY entity_id
) AS m ON w.word = $word
JOIN entities AS e ON e.entity_id = m.entity_id
ORDER BY m.figures DESC, probability DESC, m.recorded DESC, e.name, e.entity_id

-- name: newest_of_word (rows)
-- reads: drawn_words, numbered_figures
-- One row for each of the newest figures that draw a word, up to $most of them.
SELECT figure_id FROM numbered_figures
WHERE figure IN (SELECT figure FROM drawn_words WHERE form = $word)
ORDER BY year DESC NULLS LAST, score DESC NULLS LAST, figure_id
LIMIT $most

-- name: words_of_entity (rows)
-- reads: numbered_mentions
-- One row for each word that the entity is drawn by, and its status; word is NULL where it is unknown. `likely` is the
-- number of figures where the word is likely to mean the entity, `probability` the mean over all its figures, summed in
-- hundredths, because sums of doubles depend on the order. Words of most likely figures come first.
SELECT word, figures, status, likely, ROUND(CAST(hundredths AS DOUBLE) / (100 * CAST(figures AS BIGINT)), 2) AS probability
FROM (
    SELECT word, status, COUNT(*) AS figures, COUNT(*) FILTER (WHERE likely) AS likely,
        CAST(SUM(CAST(ROUND(100 * probability) AS BIGINT)) AS BIGINT) AS hundredths
    FROM (
        SELECT CASE WHEN status <> 'unknown' THEN form END AS word, status, figure, BOOL_OR(likely) AS likely,
            MAX(probability) AS probability
        FROM numbered_mentions
        WHERE entity = $entity
        GROUP BY ALL
    )
    GROUP BY word, status
)
ORDER BY likely DESC, figures DESC, word, status
LIMIT $top

-- name: partners_of_entity (rows)
-- reads: partners, entity_codes
-- One row for each of the strongest partners in a category, with the number of partners in that category. Those in
-- most figures come first, because the figures are the number that the page shows.
SELECT category, partners, other, figures
FROM (
    SELECT
        e.category, COUNT(*) OVER (PARTITION BY e.category) AS partners, p.other, p.figures,
        ROW_NUMBER() OVER (PARTITION BY e.category ORDER BY p.weight DESC, p.figures DESC, p.other) AS position
    FROM partners AS p JOIN entity_codes AS e ON e.entity = p.other
)
WHERE position <= $top
ORDER BY category, figures DESC, position
