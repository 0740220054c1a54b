-- Pairs of a build counted anew from its more probable mentions (`Filters.min_probability`). Only pairs that a less
-- probable mention takes part in are counted again; all others have the numbers of the build.

-- name: build_pairs (python)
-- reads: cooccurrences
-- The pairs that pass the filters, as the build counts them.

-- name: unsure_pairs (table)
-- reads: build_pairs, mentions
-- Those of `build_pairs` with a figure where one end is less probable than $least, but not impossible.
SELECT p.*
FROM build_pairs AS p
JOIN (
    SELECT DISTINCT
        LEAST(d.entity_id, m.entity_id) AS subject_id, GREATEST(d.entity_id, m.entity_id) AS object_id
    FROM mentions AS d
    JOIN mentions AS m ON m.figure_id = d.figure_id AND m.entity_id <> d.entity_id
    WHERE d.probability < $least AND d.share > 0
) AS u ON u.subject_id = p.subject_id AND u.object_id = p.object_id

-- name: probable_words (table)
-- reads: figures, mentions, unsure_pairs
-- One row for each figure, end of an unsure pair and word that means it with a probability of $least or more. A mention
-- without a known word is a word of its own. `size` is 1 / share. `flavour`: 1 strict, 2 synonyms, 3 all. Figures of more
-- than $max_entities entities of their record are not counted.
SELECT
    m.figure_id, f.paper_id, f.year, m.entity_id, COALESCE(m.match, '=' || m.entity_id) AS word,
    MIN(CASE WHEN m.share = CAST(1 AS DOUBLE) / m.n_candidates THEN m.n_candidates ELSE 1 / m.share END) AS size,
    MIN(list_position(['strict', 'synonyms', 'all'], m.flavour)) AS flavour
FROM mentions AS m
JOIN figures AS f ON f.figure_id = m.figure_id
WHERE m.probability >= $least
    AND m.entity_id IN (SELECT subject_id FROM unsure_pairs UNION SELECT object_id FROM unsure_pairs)
    AND m.figure_id NOT IN (
        SELECT figure_id FROM mentions WHERE origin <> 'reread'
        GROUP BY figure_id HAVING COUNT(DISTINCT entity_id) > $max_entities
    )
GROUP BY m.figure_id, f.paper_id, f.year, m.entity_id, COALESCE(m.match, '=' || m.entity_id)

-- name: recounted_pairs (table)
-- reads: unsure_pairs, probable_words
-- drops: probable_words
-- One row for each unsure pair that two different words still show, with its counts. The weight is a whole number of
-- 1 / $weight_units while it is summed, because sums of doubles depend on the order, and of 1 / $weights at the end.
SELECT
    subject_id, object_id,
    CAST(COUNT(*) AS INT) AS figures,
    CAST(COUNT(*) FILTER (flavour <= 2) AS INT) AS figures_synonyms,
    CAST(COUNT(*) FILTER (flavour = 1) AS INT) AS figures_strict,
    CAST(COUNT(DISTINCT paper_id) AS INT) AS papers,
    MIN(year) AS first_year, MAX(year) AS last_year,
    ROUND_EVEN(SUM(CAST(ROUND($weight_units / product) AS BIGINT)) / $weight_units * $weights, 0) / $weights AS weight
FROM (
    SELECT
        p.subject_id, p.object_id, a.figure_id, a.paper_id, a.year,
        MIN(a.size * b.size) AS product, MIN(GREATEST(a.flavour, b.flavour)) AS flavour
    FROM unsure_pairs AS p
    JOIN probable_words AS a ON a.entity_id = p.subject_id
    JOIN probable_words AS b ON b.entity_id = p.object_id AND b.figure_id = a.figure_id AND b.word <> a.word
    GROUP BY p.subject_id, p.object_id, a.figure_id, a.paper_id, a.year
) AS shown
GROUP BY subject_id, object_id

-- name: probable_pairs (rows)
-- reads: build_pairs, unsure_pairs, recounted_pairs
-- The pairs in the columns of `build_pairs`; statistics and `figures_all` stay those of the build. Python adds the least
-- number of figures.
SELECT * FROM build_pairs AS p
WHERE NOT EXISTS (
    SELECT 1 FROM unsure_pairs AS u WHERE u.subject_id = p.subject_id AND u.object_id = p.object_id
)
UNION ALL
SELECT p.* REPLACE (
        c.figures AS figures, c.figures_synonyms AS figures_synonyms, c.figures_strict AS figures_strict,
        c.papers AS papers, c.first_year AS first_year, c.last_year AS last_year, c.weight AS weight
    )
FROM unsure_pairs AS p
JOIN recounted_pairs AS c ON c.subject_id = p.subject_id AND c.object_id = p.object_id
