-- PMIDs and DOIs of papers whose PMCID is known: from the maps, then from the records' own DOIs.
SELECT other_id, MIN(paper_id) AS paper_id
FROM (
    SELECT paper_id, other_id FROM raw_paper_ids
    UNION ALL
    SELECT k.paper_id, CONCAT('doi:', LOWER(f.doi))
    FROM known_figures AS k JOIN raw_figures AS f ON f.record = k.record AND f.figure_id = k.figure_id
    WHERE f.doi IS NOT NULL
) AS every_name
GROUP BY other_id
