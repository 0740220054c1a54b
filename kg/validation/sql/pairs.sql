-- Checks of the tables of pairs. The same statements check pairs of entities and pairs of words: the view `pairs` is
-- one of the first two statements, and `entity_codes` holds the words where these are counted.

-- name: entity_pairs (rows)
-- reads: cooccurrences
-- One row for each pair of entities.
SELECT * FROM cooccurrences

-- name: word_pairs (rows)
-- reads: word_cooccurrences
-- One row for each pair of words, with the columns of a pair of entities.
-- Words have no flavours and no ambiguity, so that all counts are the same.
SELECT *, figures AS figures_all, figures AS figures_synonyms, figures AS figures_strict,
    CAST(figures AS DOUBLE) AS weight, CAST(NULL AS VARCHAR) AS taxon
FROM word_cooccurrences

-- name: pair_totals (rows)
-- reads: pairs
-- Totals of all pairs, as the manifest has them.
SELECT
    COUNT(CASE WHEN figures > 0 THEN 1 END) AS distinct, COUNT(*) AS distinct_all,
    COALESCE(SUM(figures), 0) AS instances, COALESCE(SUM(figures_all), 0) AS instances_all,
    COALESCE(SUM(weight), 0) AS weight
FROM pairs

-- name: entity_loads (rows)
-- reads: entity_codes, loads
-- One row for each entity, with the pair instances in which it comes first.
-- The order is that of a digest, so that the first rows are a random sample, the same at every run.
SELECT c.entity, c.entity_id, COALESCE(l.instances, 0) AS instances
FROM entity_codes AS c
LEFT JOIN loads AS l ON l.entity = c.entity
ORDER BY md5(c.entity_id), c.entity_id

-- name: recounted (table)
-- reads: figure_words, figure_codes, chosen
-- One row for each pair whose subject is in one part of the chosen entities, counted by definition:
-- every word of the one with every word of the other.
SELECT
    i.subject, i.object,
    COUNT(CASE WHEN i.likely THEN 1 END) AS figures, COUNT(CASE WHEN i.recorded THEN 1 END) AS figures_all,
    COUNT(CASE WHEN i.synonyms THEN 1 END) AS figures_synonyms, COUNT(CASE WHEN i.strict THEN 1 END) AS figures_strict,
    COUNT(DISTINCT CASE WHEN NOT i.likely THEN NULL WHEN f.paper = 0 THEN -i.figure ELSE f.paper END) AS papers,
    COALESCE(SUM(i.share), 0) AS weight,
    MIN(CASE WHEN i.likely THEN f.year END) AS first_year,
    MAX(CASE WHEN i.likely THEN f.year END) AS last_year
FROM (
    SELECT
        a.entity AS subject, b.entity AS object, a.figure,
        MAX(CASE WHEN a.word <> b.word THEN 1.0 / (a.size * b.size) END) AS share,
        BOOL_OR(a.word <> b.word AND a.likely AND b.likely) AS likely,
        BOOL_OR(a.recorded AND b.recorded) AS recorded,
        BOOL_OR(a.word <> b.word AND a.likely AND b.likely AND a.flavour < 3 AND b.flavour < 3) AS synonyms,
        BOOL_OR(a.word <> b.word AND a.likely AND b.likely AND a.flavour = 1 AND b.flavour = 1) AS strict
    FROM figure_words AS a
    JOIN figure_words AS b ON b.figure = a.figure AND a.entity < b.entity
        AND (a.taxon = b.taxon OR a.taxon = 0 OR b.taxon = 0)
    WHERE a.entity IN (SELECT entity FROM chosen WHERE part = $part)
    GROUP BY a.entity, b.entity, a.figure
) AS i
JOIN figure_codes AS f ON f.figure = i.figure
GROUP BY i.subject, i.object
HAVING COUNT(CASE WHEN i.likely OR i.recorded THEN 1 END) > 0

-- name: wrong_counts (table)
-- reads: recounted, entity_codes, pairs, chosen
-- Pairs of one part that are published with other counts than `recounted` has, not published, or no pairs.
-- Each published column is followed by the counted one.
SELECT
    COALESCE(p.subject_id, s.entity_id) AS subject_id, COALESCE(p.object_id, o.entity_id) AS object_id,
    p.figures, c.figures AS counted,
    p.figures_all, c.figures_all AS counted_all,
    p.figures_synonyms, c.figures_synonyms AS counted_synonyms,
    p.figures_strict, c.figures_strict AS counted_strict,
    p.papers, c.papers AS counted_papers,
    p.weight, ROUND(c.weight, 9) AS counted_weight,
    p.first_year, c.first_year AS counted_first_year,
    p.last_year, c.last_year AS counted_last_year
FROM recounted AS c
JOIN entity_codes AS s ON s.entity = c.subject
JOIN entity_codes AS o ON o.entity = c.object
FULL OUTER JOIN (
    SELECT * FROM pairs WHERE subject_id IN (SELECT entity_id FROM chosen WHERE part = $part)
) AS p ON p.subject_id = s.entity_id AND p.object_id = o.entity_id
WHERE p.figures IS DISTINCT FROM c.figures OR p.figures_all IS DISTINCT FROM c.figures_all
    OR p.figures_synonyms IS DISTINCT FROM c.figures_synonyms OR p.figures_strict IS DISTINCT FROM c.figures_strict
    OR p.papers IS DISTINCT FROM c.papers OR ABS(p.weight - c.weight) > $weight_tolerance * (1 + c.figures)
    OR p.first_year IS DISTINCT FROM c.first_year OR p.last_year IS DISTINCT FROM c.last_year

-- name: pairs_margins (rows)
-- reads: pairs, entity_codes, marginals, universe_sizes
-- Pairs whose margins are wrong: the figures that show the one entity, the other, or could show both.
SELECT
    p.subject_id, p.object_id, p.subject_figures, a.figures AS counted_subject, p.object_figures,
    b.figures AS counted_object, p.universe, n.figures AS counted_universe
FROM pairs AS p
JOIN entity_codes AS s ON s.entity_id = p.subject_id
JOIN entity_codes AS o ON o.entity_id = p.object_id
LEFT JOIN marginals AS a ON a.context = GREATEST(s.taxon, o.taxon) AND a.entity = s.entity
LEFT JOIN marginals AS b ON b.context = GREATEST(s.taxon, o.taxon) AND b.entity = o.entity
LEFT JOIN universe_sizes AS n ON n.context = GREATEST(s.taxon, o.taxon)
WHERE p.subject_figures IS DISTINCT FROM a.figures OR p.object_figures IS DISTINCT FROM b.figures
    OR p.universe IS DISTINCT FROM n.figures

-- name: combinations (table)
-- reads: pairs
-- One row for each combination of counts and statistics of tested pairs, because many pairs have the same.
SELECT
    CAST(figures AS BIGINT) AS k, CAST(LEAST(subject_figures, object_figures) AS BIGINT) AS a,
    CAST(GREATEST(subject_figures, object_figures) AS BIGINT) AS b, CAST(universe AS BIGINT) AS n,
    expected, lift, jaccard, npmi, log10_p
FROM pairs
WHERE figures > 0
GROUP BY ALL

-- name: pairs_statistics (rows)
-- reads: pairs, wrong_statistics
-- Pairs with wrong statistics, one row for each of them.
SELECT p.subject_id, p.object_id, p.figures, p.subject_figures, p.object_figures, p.universe,
    w.name AS "column", w.found, w.expected
FROM pairs AS p
JOIN wrong_statistics AS w ON w.k = p.figures AND w.a = LEAST(p.subject_figures, p.object_figures)
    AND w.b = GREATEST(p.subject_figures, p.object_figures) AND w.n = p.universe
    AND w.found = CASE w.name WHEN 'expected' THEN p.expected WHEN 'lift' THEN p.lift WHEN 'jaccard' THEN p.jaccard
        WHEN 'npmi' THEN p.npmi ELSE p.log10_p END

-- name: tested (view)
-- reads: pairs
-- One row for each tested pair, with its counts and the family of tests whose p-values are corrected together.
SELECT
    subject_id, object_id, CAST(figures AS BIGINT) AS k, CAST(LEAST(subject_figures, object_figures) AS BIGINT) AS a,
    CAST(GREATEST(subject_figures, object_figures) AS BIGINT) AS b, CAST(universe AS BIGINT) AS n, log10_p, q,
    CONCAT(LEAST(subject_category, object_category), '-', GREATEST(subject_category, object_category),
        COALESCE(' ' || taxon, '')) AS family
FROM pairs
WHERE figures > 0

-- name: tested_counts (rows)
-- reads: tested
-- One row for each family of tests and combination of counts.
SELECT family, k, a, b, n, COUNT(*) AS pairs FROM tested GROUP BY ALL

-- name: p_values (python)
-- reads: tested_counts
-- These rows, with the unrounded `log10_p` of their counts. The published one has six digits, too few for q.

-- name: corrected (table)
-- reads: p_values
-- One row for each p of each family, with its q by the definition of Benjamini and Hochberg.
SELECT
    family, log10_p,
    POW(10, LEAST(0, MIN(log10_p + LOG10(tests / rank)) OVER (
        PARTITION BY family ORDER BY log10_p ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING
    ))) AS q
FROM (
    SELECT family, log10_p, SUM(pairs) OVER (PARTITION BY family) AS tests,
        SUM(pairs) OVER (PARTITION BY family ORDER BY log10_p) AS rank
    FROM (
        SELECT family, log10_p, SUM(pairs) AS pairs FROM p_values GROUP BY family, log10_p
    ) AS counted
) AS ranked

-- name: pairs_q (rows)
-- reads: tested, p_values, corrected
-- Pairs whose q is not the q of their p in their family of tests.
SELECT t.subject_id, t.object_id, t.log10_p, t.family, t.q, c.q AS corrected
FROM tested AS t
JOIN p_values AS p ON p.family = t.family AND p.k = t.k AND p.a = t.a AND p.b = t.b AND p.n = t.n
JOIN corrected AS c ON c.family = p.family AND c.log10_p = p.log10_p
WHERE ABS(t.q - c.q) > $tolerance * GREATEST(t.q, c.q) + 1e-320
