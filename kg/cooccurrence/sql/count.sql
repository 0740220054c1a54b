-- Pairs of entities (or of words) that figures show together, counted slice by slice.

-- name: loads (table)
-- reads: figure_entities
-- One row for each entity: the pair instances in which it comes first, to cut the counting into slices of equal work.
SELECT entity, CAST(SUM(after) AS BIGINT) AS instances
FROM (
    SELECT entity, COUNT(*) OVER (PARTITION BY figure) - ROW_NUMBER() OVER (PARTITION BY figure ORDER BY entity) AS after
    FROM figure_entities
) AS places
GROUP BY entity

-- name: rows_to_pair (rows)
-- reads: figure_entities
-- The rows whose pairs one machine counts by sorting. Figures of a paper are neighbours. A year or a word that is missing
-- is 0, a size infinite.
SELECT
    figure, entity, taxon, paper, COALESCE(year, 0) AS year, word1,
    COALESCE(size1, CAST('Infinity' AS DOUBLE)) AS size1, COALESCE(size2, CAST('Infinity' AS DOUBLE)) AS size2,
    COALESCE(likely1, 0) AS likely1, likelies, COALESCE(strict1, 0) AS strict1, stricts,
    COALESCE(synonym1, 0) AS synonym1, synonyms, recorded
FROM figure_entities
ORDER BY paper, figure, entity

-- name: pairs (rows)
-- reads: figure_entities, marginals, universe_sizes
-- One row for each pair whose first entity lies in [$first, $last]. `product` is the product of the two words' sizes for
-- the best choice of two different words, NULL where both entities come from one and the same word. Weights are sums of
-- 1 / `product` in integer units of 1 / $weight_units, because integer sums do not depend on the order of the rows.
-- `likely`: two different words mean the two likely. `figures_all` counts what records have. `papers` counts the figures
-- of one paper once: `again` are its further figures that show the pair.
WITH instances AS (
    SELECT
        a.entity AS subject, b.entity AS object, a.taxon AS subject_taxon, b.taxon AS object_taxon, a.paper, a.year,
        CASE WHEN a.word1 <> b.word1 THEN a.size1 * b.size1
            ELSE LEAST(a.size1 * b.size2, a.size2 * b.size1) END AS product,
        CASE WHEN a.likely1 <> b.likely1 OR (a.likelies > 1 AND b.likelies > 0) OR (a.likelies > 0 AND b.likelies > 1)
            THEN 1 END AS likely,
        CASE WHEN a.recorded AND b.recorded THEN 1 END AS recorded,
        CASE WHEN a.strict1 <> b.strict1 OR (a.stricts > 1 AND b.stricts > 0) OR (a.stricts > 0 AND b.stricts > 1)
            THEN 1 END AS strict,
        CASE WHEN a.synonym1 <> b.synonym1 OR (a.synonyms > 1 AND b.synonyms > 0)
            OR (a.synonyms > 0 AND b.synonyms > 1) THEN 1 END AS synonym
    FROM figure_entities AS a
    JOIN figure_entities AS b
        ON a.figure = b.figure AND a.entity < b.entity AND (a.taxon = b.taxon OR a.taxon = 0 OR b.taxon = 0)
    WHERE a.entity BETWEEN $first AND $last
)
SELECT
    c.subject, c.object, c.context,
    c.figures, c.figures_all, c.figures_synonyms, c.figures_strict,
    CAST(c.figures - COALESCE(r.again, 0) AS INT) AS papers, c.weight_units, c.first_year, c.last_year,
    a.figures AS subject_figures, b.figures AS object_figures, n.figures AS universe
FROM (
    SELECT
        subject, object, GREATEST(MAX(subject_taxon), MAX(object_taxon)) AS context,
        CAST(COUNT(likely) AS INT) AS figures,
        CAST(COUNT(recorded) AS INT) AS figures_all,
        CAST(COUNT(synonym) AS INT) AS figures_synonyms,
        CAST(COUNT(strict) AS INT) AS figures_strict,
        COALESCE(CAST(SUM(CAST(ROUND($weight_units / product) AS BIGINT)) AS BIGINT), 0) AS weight_units,
        MIN(CASE WHEN likely IS NOT NULL THEN year END) AS first_year,
        MAX(CASE WHEN likely IS NOT NULL THEN year END) AS last_year
    FROM instances
    GROUP BY subject, object
    HAVING COUNT(likely) > 0 OR COUNT(recorded) > 0
) AS c
LEFT JOIN (
    SELECT subject, object, SUM(figures - 1) AS again
    FROM (
        SELECT subject, object, COUNT(likely) AS figures
        FROM instances
        WHERE paper > 0
        GROUP BY subject, object, paper
        HAVING COUNT(likely) > 1
    ) AS papers
    GROUP BY subject, object
) AS r ON r.subject = c.subject AND r.object = c.object
LEFT JOIN marginals AS a ON a.context = c.context AND a.entity = c.subject
LEFT JOIN marginals AS b ON b.context = c.context AND b.entity = c.object
LEFT JOIN universe_sizes AS n ON n.context = c.context
ORDER BY c.subject, c.object

-- name: pair_tests (python)
-- reads: pairs
-- One row for each slice, group of tests (`code`) and p value (`log10_p`): the number of pairs.

-- name: tests (rows)
-- reads: pair_tests
-- One row for each group of tests and p value of all slices.
SELECT code, log10_p, CAST(SUM(pairs) AS BIGINT) AS pairs
FROM pair_tests
GROUP BY code, log10_p
ORDER BY code, log10_p
