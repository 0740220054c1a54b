-- The figures of a pair, and an entity through the years.

-- name: shared_figures (rows)
-- reads: numbered_mentions, numbered_figures
-- One row for each figure of the years that mentions both entities, and whether they were read from different words.
SELECT f.figure, f.score, f.figure_id, m.different
FROM (
    SELECT s.figure, bool_or(s.form <> o.form) AS different
    FROM numbered_mentions AS s JOIN numbered_mentions AS o ON o.figure = s.figure
    WHERE s.entity = $subject AND o.entity = $object AND s.flavour <= $flavour AND o.flavour <= $flavour
    GROUP BY s.figure
) AS m
JOIN numbered_figures AS f ON f.figure = m.figure
WHERE f.counted AND (($first = 0 AND $last = 9999) OR f.year BETWEEN $first AND $last)

-- name: shared_figure_counts (rows)
-- reads: shared_figures
-- One row: the figures that prove the pair, and all figures that mention both.
SELECT COUNT(*) FILTER (WHERE different) AS figures, COUNT(*) AS figures_all FROM shared_figures

-- name: shared_figure_words (rows)
-- reads: shared_figures, numbered_figures, numbered_mentions
-- One row for each figure of a page of results, with the words of both entities. Figures that prove the pair come
-- first, of these the likeliest pathways.
SELECT f.* EXCLUDE (figure, counted), p.different, s.words AS subject_words, o.words AS object_words
FROM (
    SELECT figure, different,
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

-- name: years_of_entity (rows)
-- reads: numbered_mentions, numbered_figures
-- One row for each year: the number of figures that draw the entity.
SELECT f.year, COUNT(DISTINCT m.figure) AS figures
FROM numbered_mentions AS m JOIN numbered_figures AS f ON f.figure = m.figure
WHERE m.entity = $entity AND f.year IS NOT NULL
GROUP BY f.year
ORDER BY f.year

-- name: words_of_entity (rows)
-- reads: numbered_mentions
-- One row for each word that the entity is drawn by, and its status; word is NULL where it is unknown.
SELECT CASE WHEN status <> 'unknown' THEN form END AS word, COUNT(DISTINCT figure) AS figures, status
FROM numbered_mentions
WHERE entity = $entity
GROUP BY ALL
ORDER BY figures DESC, word, status
LIMIT $top

-- name: partners_of_entity (rows)
-- reads: partners, entity_codes
-- One row for each of the strongest partners in a category, with the number of partners in that category.
SELECT category, partners, other, figures
FROM (
    SELECT
        e.category, COUNT(*) OVER (PARTITION BY e.category) AS partners, p.other, p.figures,
        ROW_NUMBER() OVER (PARTITION BY e.category ORDER BY p.weight DESC, p.figures DESC, p.other) AS position
    FROM partners AS p JOIN entity_codes AS e ON e.entity = p.other
)
WHERE position <= $top
ORDER BY category, position
