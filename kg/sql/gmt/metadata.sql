-- What each set is: one row a figure that has some set, with the sizes of its sets over all organisms.
SELECT
    f.figure_id, f.alias, f.title, f.paper_id, p.title AS paper_title, p.doi, f.year, s.taxa,
    s.genes_strict, s.genes_synonyms, s.genes_all, s.chemicals, s.diseases, f.url
FROM (
    SELECT
        figure_id,
        string_agg(CASE WHEN kind < 3 THEN taxon END, '|' ORDER BY taxon) AS taxa,
        CAST(SUM(CASE WHEN kind = 1 THEN strict ELSE 0 END) AS INT) AS genes_strict,
        CAST(SUM(CASE WHEN kind = 1 THEN synonyms ELSE 0 END) AS INT) AS genes_synonyms,
        CAST(SUM(CASE WHEN kind = 1 THEN size ELSE 0 END) AS INT) AS genes_all,
        CAST(SUM(CASE WHEN kind = 3 THEN size ELSE 0 END) AS INT) AS chemicals,
        CAST(SUM(CASE WHEN kind = 4 THEN size ELSE 0 END) AS INT) AS diseases
    FROM (
        SELECT figure_id, kind, taxon, COUNT(*) AS size,
            COUNT(CASE WHEN flavour = 1 THEN 1 END) AS strict, COUNT(CASE WHEN flavour <= 2 THEN 1 END) AS synonyms
        FROM gmt_members GROUP BY figure_id, kind, taxon
    ) AS sizes
    GROUP BY figure_id
    HAVING MAX(CASE WHEN size >= CASE kind WHEN 4 THEN $least_diseases ELSE $least END THEN 1 ELSE 0 END) = 1
) AS s
JOIN figures AS f ON f.figure_id = s.figure_id
LEFT JOIN papers AS p ON p.paper_id = f.paper_id
ORDER BY f.figure_id
