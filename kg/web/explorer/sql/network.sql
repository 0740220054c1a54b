-- A network: the strongest partners of the centres, then the strongest pairs among centres and partners.
-- A statement may read the rows of others: Python puts these before it, as tables of a WITH clause.

-- name: partners_of_centers (rows)
-- One row for each centre and partner, among the pairs of two tables; those of $by_object are quick to find by their
-- second entity.
SELECT subject AS center, object AS other, figures, figures_synonyms, figures_strict, weight
FROM ($pairs) AS s WHERE subject IN ($centers) AND q <= $max_q
UNION ALL
SELECT object AS center, subject AS other, figures, figures_synonyms, figures_strict, weight
FROM ($by_object) AS o WHERE object IN ($centers) AND q <= $max_q

-- name: probable_words (rows)
-- reads: numbered_mentions, entity_codes
-- The mentions of the figures of $entities, in the columns of `figure_words` of a build: likely ones and shares are those
-- of a probability of $least or more. With $only the mentions are those of $entities.
SELECT m.figure, m.entity, e.taxon, m.form AS word, CASE WHEN m.probability >= $least THEN m.size END AS size,
    m.probability >= $least AS likely, m.recorded, m.flavour
FROM numbered_mentions AS m JOIN entity_codes AS e ON e.entity = m.entity
WHERE ($only = 1 AND m.entity IN ($entities))
    OR ($only = 0 AND m.figure IN (SELECT figure FROM numbered_mentions WHERE entity IN ($entities)))

-- name: counted_figures (rows)
-- reads: numbered_figures
-- The figures that pairs are counted in, in the columns of `figure_codes` of a build.
SELECT figure, paper, year FROM numbered_figures WHERE counted

-- name: figures_of_pairs (rows)
-- reads: entity_figures
-- One row for each figure of the years and each ordered pair in it whose first entity is one of $entities. The columns
-- are those of `instances` in kg/cooccurrence/sql/count.sql: `product` of the sizes of two different words, NULL where
-- both were read from one word; `likely` is 1 where two different words mean the two likely, `strict` and `synonym` where
-- such words of the flavour do, and `recorded` where the record has both.
SELECT
    a.entity AS subject, b.entity AS object, a.paper, a.year,
    CASE WHEN a.word1 <> b.word1 THEN a.size1 * b.size1
        ELSE LEAST(a.size1 * b.size2, a.size2 * b.size1) END AS product,
    CASE WHEN a.likely1 <> b.likely1 OR (a.likelies > 1 AND b.likelies > 0) OR (a.likelies > 0 AND b.likelies > 1)
        THEN 1 END AS likely,
    CASE WHEN a.recorded AND b.recorded THEN 1 END AS recorded,
    CASE WHEN a.strict1 <> b.strict1 OR (a.stricts > 1 AND b.stricts > 0) OR (a.stricts > 0 AND b.stricts > 1)
        THEN 1 END AS strict,
    CASE WHEN a.synonym1 <> b.synonym1 OR (a.synonyms > 1 AND b.synonyms > 0)
        OR (a.synonyms > 0 AND b.synonyms > 1) THEN 1 END AS synonym
FROM entity_figures AS a
JOIN entity_figures AS b
    ON a.figure = b.figure AND a.entity <> b.entity AND (a.taxon = b.taxon OR a.taxon = 0 OR b.taxon = 0)
WHERE a.entity IN ($entities)
    AND (($first = 0 AND $last = 9999) OR (a.year BETWEEN $first AND $last AND b.year BETWEEN $first AND $last))

-- name: partners_within_years (rows)
-- reads: figures_of_pairs
-- One row for each centre and partner, counted in the figures of the years. Weights are summed as integers, so that
-- the order of the rows does not matter; published weights have 9 digits.
SELECT
    subject AS center, object AS other, CAST(COUNT(likely) AS INT) AS figures,
    CAST(COUNT(synonym) AS INT) AS figures_synonyms, CAST(COUNT(strict) AS INT) AS figures_strict,
    ROUND(COALESCE(SUM(CAST(ROUND($weight_units / product) AS BIGINT)), 0) / $weight_units, 9) AS weight
FROM figures_of_pairs
GROUP BY subject, object

-- name: partners_within_years_and_q (rows)
-- reads: partners_within_years, published_partners
-- One row for each centre and partner, counted in the figures of the years, whose q of all years passes.
SELECT c.*
FROM partners_within_years AS c
JOIN published_partners AS p ON p.center = c.center AND p.other = c.other

-- name: passing_partners (rows)
-- reads: partners, entity_codes
-- One row for each centre and partner that passes the filters. $organisms is a condition on the organism of genes.
SELECT other, weight, support
FROM (
    SELECT other, weight, CASE $flavour WHEN 'all' THEN figures WHEN 'synonyms' THEN figures_synonyms
        ELSE figures_strict END AS support
    FROM partners
)
WHERE support >= $min_figures AND other NOT IN ($centers)
    AND other IN (SELECT entity FROM entity_codes WHERE category IN ($categories) AND ($organisms))

-- name: strongest_partners (rows)
-- reads: passing_partners
-- One row for each partner that is shown, the strongest first, with the number of all partners that pass the filters.
-- A partner of several centres is as strong as it is with one of them.
SELECT other, COUNT(*) OVER () AS partners
FROM (
    SELECT other, MAX(weight) AS weight, MAX(support) AS support FROM passing_partners GROUP BY other
)
ORDER BY
    CASE $flavour WHEN 'all' THEN weight ELSE support END DESC,
    CASE $flavour WHEN 'all' THEN support ELSE weight END DESC, other
LIMIT $top

-- name: partners_of_list (rows)
-- reads: passing_partners
-- One row for each partner of a list that is shown, with the number of all partners that pass the filters: those of most
-- members of the list first, then by the sum of these weights, in units of one $weight_units-th, because sums of doubles
-- depend on the order.
SELECT other, COUNT(*) OVER () AS partners
FROM (
    SELECT other, COUNT(*) AS members,
        SUM(CAST(ROUND(CASE $flavour WHEN 'all' THEN weight ELSE support END * $weight_units) AS BIGINT)) AS strength
    FROM passing_partners
    GROUP BY other
)
ORDER BY members DESC, strength DESC, other
LIMIT $top

-- name: strongest_members (rows)
-- reads: pairs
-- One row for each member of a list that is shown, with the number of all members with a pair of at least $min_figures
-- figures: those of the greatest sum of weights first, in units of one $weight_units-th.
SELECT entity, COUNT(*) OVER () AS members
FROM (
    SELECT entity, SUM(CAST(ROUND(weight * $weight_units) AS BIGINT)) AS strength
    FROM (
        SELECT unnest([subject, object]) AS entity, weight
        FROM pairs
        WHERE CASE $flavour WHEN 'all' THEN figures WHEN 'synonyms' THEN figures_synonyms ELSE figures_strict END
            >= $min_figures
    )
    GROUP BY entity
)
ORDER BY strength DESC, entity
LIMIT $most

-- name: pairs_among (rows)
-- One row for each pair of the entities, among the pairs of a table.
SELECT * FROM ($pairs) AS p WHERE subject IN ($entities) AND object IN ($entities) AND q <= $max_q

-- name: pairs_within_years (rows)
-- reads: figures_of_pairs, published_pairs
-- One row for each pair of the entities, counted in the figures of the years. NPMI and q stay those of all years.
-- Papers are distinct; paper 0 stands for a paper with a single figure.
SELECT
    c.subject, c.object, c.figures, c.figures_all, c.figures_synonyms, c.figures_strict, c.papers,
    ROUND(c.weight_units / $weight_units, 9) AS weight, p.npmi, p.q, c.first_year, c.last_year
FROM (
    SELECT
        subject, object, CAST(COUNT(likely) AS INT) AS figures, CAST(COUNT(recorded) AS INT) AS figures_all,
        CAST(COUNT(synonym) AS INT) AS figures_synonyms, CAST(COUNT(strict) AS INT) AS figures_strict,
        CAST(
            COUNT(CASE WHEN likely IS NOT NULL AND paper = 0 THEN 1 END)
            + COUNT(DISTINCT CASE WHEN likely IS NOT NULL AND paper > 0 THEN paper END)
        AS INT) AS papers,
        COALESCE(SUM(CAST(ROUND($weight_units / product) AS BIGINT)), 0) AS weight_units,
        MIN(CASE WHEN likely IS NOT NULL THEN year END) AS first_year,
        MAX(CASE WHEN likely IS NOT NULL THEN year END) AS last_year
    FROM figures_of_pairs
    WHERE subject < object AND object IN ($entities)
    GROUP BY subject, object
) AS c
JOIN published_pairs AS p ON p.subject = c.subject AND p.object = c.object

-- name: unsure_pairs (rows)
-- reads: numbered_mentions, numbered_figures
-- One row for each pair of the entities with figures of the years that show it by words of a probability of $least or
-- more, but by no two of $sure or more: the number of these figures.
WITH words AS (
    SELECT m.figure, m.entity, m.form, m.probability >= $sure AS sure
    FROM numbered_mentions AS m JOIN numbered_figures AS f ON f.figure = m.figure
    WHERE m.entity IN ($entities) AND m.probability >= $least AND m.flavour <= $flavour AND f.counted
        AND (($first = 0 AND $last = 9999) OR f.year BETWEEN $first AND $last)
        AND m.figure IN (
            SELECT figure FROM numbered_mentions WHERE entity IN ($entities) AND probability >= $least AND probability < $sure
        )
)
SELECT subject, object, COUNT(*) AS unsure
FROM (
    SELECT a.entity AS subject, b.entity AS object
    FROM words AS a JOIN words AS b ON b.figure = a.figure AND a.entity < b.entity AND a.form <> b.form
    GROUP BY a.figure, a.entity, b.entity
    HAVING NOT BOOL_OR(a.sure AND b.sure)
)
GROUP BY subject, object

-- name: strongest_pairs (rows)
-- reads: pairs
-- One row for each pair that is shown, those of a centre first, then the strongest, with the number of all pairs that
-- pass the filters.
SELECT
    subject AS source, object AS target, figures, figures_all, figures_synonyms, figures_strict, weight, npmi, q,
    papers, first_year, last_year, COUNT(*) OVER () AS pairs
FROM (
    SELECT *, CASE $flavour WHEN 'all' THEN figures WHEN 'synonyms' THEN figures_synonyms ELSE figures_strict END
        AS support
    FROM pairs
)
WHERE support >= $min_figures
ORDER BY
    subject NOT IN ($centers) AND object NOT IN ($centers),
    CASE $flavour WHEN 'all' THEN weight ELSE support END DESC,
    CASE $flavour WHEN 'all' THEN support ELSE weight END DESC, subject, object
LIMIT $most
