-- A paper's fields are those of its first figure, by identifier, that has them.
SELECT
    p.paper_id,
    CAST(COUNT(k.figure_id) AS INT) AS figures,
    MIN_BY(f.paper_title, k.figure_id) FILTER (WHERE f.paper_title IS NOT NULL) AS title,
    MIN_BY(f.reference, k.figure_id) FILTER (WHERE f.reference IS NOT NULL) AS reference,
    MIN_BY(f.doi, k.figure_id) FILTER (WHERE f.doi IS NOT NULL) AS doi,
    MIN_BY(f.journal, k.figure_id) FILTER (WHERE f.journal IS NOT NULL) AS journal,
    MIN_BY(f.journal_abbreviation, k.figure_id) FILTER (WHERE f.journal_abbreviation IS NOT NULL)
        AS journal_abbreviation,
    MIN_BY(f.publisher, k.figure_id) FILTER (WHERE f.publisher IS NOT NULL) AS publisher,
    MIN_BY(f.year, k.figure_id) FILTER (WHERE f.year IS NOT NULL) AS year,
    MIN_BY(f.paper_keywords, k.figure_id) FILTER (WHERE f.paper_keywords IS NOT NULL) AS keywords
FROM (
    SELECT paper_id FROM known_figures
    UNION
    SELECT citing_id FROM citations WHERE kind = 'reference'
    UNION
    SELECT cited_id FROM citations WHERE kind = 'reference'
) AS p
LEFT JOIN known_figures AS k ON k.paper_id = p.paper_id
LEFT JOIN raw_figures AS f ON f.record = k.record AND f.figure_id = k.figure_id
GROUP BY p.paper_id
ORDER BY p.paper_id
