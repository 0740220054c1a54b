-- Pairs of one part that are published with other counts than `recounted` has; that are not published; or are no pairs.
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
    OR p.papers IS DISTINCT FROM c.papers OR ABS(p.weight - c.weight) > 1e-8 * (1 + c.figures)
    OR p.first_year IS DISTINCT FROM c.first_year OR p.last_year IS DISTINCT FROM c.last_year
