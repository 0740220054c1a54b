-- Count the pairs whose first entity lies in [$first, $last]. `product` is the product of the two words'
-- sizes for the best choice of two different words, NULL where both were read from one and the same word.
-- Weights are summed in units of 1e-12, as integers: their sum does not depend on the order of the rows.
SELECT
    c.subject, c.object, c.context,
    c.figures, c.figures_all, c.figures_synonyms, c.figures_strict, c.papers, c.weight_units, c.first_year, c.last_year,
    a.figures AS subject_figures, b.figures AS object_figures, n.figures AS universe
FROM (
    SELECT
        subject, object, context,
        CAST(SUM(figures) AS INT) AS figures,
        CAST(SUM(figures_all) AS INT) AS figures_all,
        CAST(SUM(figures_synonyms) AS INT) AS figures_synonyms,
        CAST(SUM(figures_strict) AS INT) AS figures_strict,
        CAST(SUM(CASE WHEN paper = 0 THEN figures WHEN figures > 0 THEN 1 ELSE 0 END) AS INT) AS papers,
        CAST(SUM(weight_units) AS BIGINT) AS weight_units,
        MIN(first_year) AS first_year,
        MAX(last_year) AS last_year
    FROM (
        SELECT
            subject, object, context, paper,
            COUNT(*) AS figures_all,
            COUNT(product) AS figures,
            SUM(synonym) AS figures_synonyms,
            SUM(strict) AS figures_strict,
            COALESCE(SUM(CAST(ROUND(1e12 / product) AS BIGINT)), 0) AS weight_units,
            MIN(CASE WHEN product IS NOT NULL THEN year END) AS first_year,
            MAX(CASE WHEN product IS NOT NULL THEN year END) AS last_year
        FROM (
            SELECT
                a.entity AS subject, b.entity AS object, a.paper, a.year,
                CASE WHEN a.taxon > b.taxon THEN a.taxon ELSE b.taxon END AS context,
                CASE WHEN a.word1 <> b.word1 THEN a.size1 * b.size1
                    ELSE LEAST(a.size1 * b.size2, a.size2 * b.size1) END AS product,
                CASE WHEN a.strict1 <> b.strict1 OR (a.stricts > 1 AND b.stricts > 0) OR (a.stricts > 0 AND b.stricts > 1)
                    THEN 1 ELSE 0 END AS strict,
                CASE WHEN a.synonym1 <> b.synonym1 OR (a.synonyms > 1 AND b.synonyms > 0)
                    OR (a.synonyms > 0 AND b.synonyms > 1) THEN 1 ELSE 0 END AS synonym
            FROM figure_entities AS a
            JOIN figure_entities AS b
                ON a.figure = b.figure AND a.entity < b.entity
                AND (a.taxon = b.taxon OR a.taxon = 0 OR b.taxon = 0)
            WHERE a.entity BETWEEN $first AND $last
        ) AS instances
        GROUP BY subject, object, context, paper
    ) AS by_paper
    GROUP BY subject, object, context
) AS c
LEFT JOIN marginals AS a ON a.context = c.context AND a.entity = c.subject
LEFT JOIN marginals AS b ON b.context = c.context AND b.entity = c.object
LEFT JOIN universe_sizes AS n ON n.context = c.context
ORDER BY c.subject, c.object
