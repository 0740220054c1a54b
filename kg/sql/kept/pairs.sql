-- Pairs of the previous build that still hold, in the columns of pairs.sql. Their weights are as published, so whole
-- thousands of units; marginals and universe are those of this build.
SELECT
    s.entity AS subject, o.entity AS object, GREATEST(s.taxon, o.taxon) AS context,
    p.figures, p.figures_all, p.figures_synonyms, p.figures_strict, p.papers,
    CAST(ROUND(p.weight * 1e9) AS BIGINT) * 1000 AS weight_units, p.first_year, p.last_year,
    a.figures AS subject_figures, b.figures AS object_figures, n.figures AS universe
FROM previous_pairs AS p
JOIN entity_codes AS s ON s.entity_id = p.subject_id
JOIN entity_codes AS o ON o.entity_id = p.object_id
LEFT JOIN marginals AS a ON a.context = GREATEST(s.taxon, o.taxon) AND a.entity = s.entity
LEFT JOIN marginals AS b ON b.context = GREATEST(s.taxon, o.taxon) AND b.entity = o.entity
LEFT JOIN universe_sizes AS n ON n.context = GREATEST(s.taxon, o.taxon)
LEFT JOIN recounted AS x ON x.entity = s.entity
LEFT JOIN recounted AS y ON y.entity = o.entity
WHERE s.entity BETWEEN $first AND $last AND (x.entity IS NULL OR y.entity IS NULL)
