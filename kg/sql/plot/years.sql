-- Figures by year of publication, and their mentions by category of what is mentioned.
SELECT
    f.year, COUNT(*) AS figures, CAST(SUM(COALESCE(m.mentions, 0)) AS BIGINT) AS mentions,
    CAST(SUM(COALESCE(m.gene, 0)) AS BIGINT) AS gene, CAST(SUM(COALESCE(m.family, 0)) AS BIGINT) AS family,
    CAST(SUM(COALESCE(m.chemical, 0)) AS BIGINT) AS chemical, CAST(SUM(COALESCE(m.disease, 0)) AS BIGINT) AS disease,
    CAST(SUM(COALESCE(m.unknown, 0)) AS BIGINT) AS unknown
FROM figures AS f
LEFT JOIN (
    SELECT
        r.figure_id, COUNT(*) AS mentions, COUNT(*) FILTER (e.category = 'gene') AS gene,
        COUNT(*) FILTER (e.category = 'family') AS family, COUNT(*) FILTER (e.category = 'chemical') AS chemical,
        COUNT(*) FILTER (e.category = 'disease') AS disease, COUNT(*) FILTER (e.category = 'unknown') AS unknown
    FROM mentions AS r JOIN entities AS e ON e.entity_id = r.entity_id
    GROUP BY r.figure_id
) AS m ON m.figure_id = f.figure_id
WHERE f.year IS NOT NULL
GROUP BY f.year
ORDER BY f.year
