-- Pairs of $least figures or more whose universe is another one than before, so that all their statistics differ.
SELECT p.subject_id
FROM after_cooccurrences AS p
JOIN (SELECT COALESCE(taxon, '') AS context, MAX(universe) AS figures FROM after_cooccurrences GROUP BY 1) AS a
    ON a.context = COALESCE(p.taxon, '')
LEFT JOIN (SELECT COALESCE(taxon, '') AS context, MAX(universe) AS figures FROM before_cooccurrences GROUP BY 1) AS b
    ON b.context = a.context
WHERE p.figures >= $least AND a.figures IS DISTINCT FROM b.figures
