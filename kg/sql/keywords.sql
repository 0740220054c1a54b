-- The keywords of each figure that has genes among them whose word is not known, in the order of its record, and
-- the genes whose word is.
SELECT r.figure_id, r.position, r.match IS NOT NULL AS given,
    CASE WHEN r.category = 'gene' AND r.taxon = 'ncbitaxon:9606' THEN r.entity_id END AS entity_id
FROM resolved AS r
JOIN (
    SELECT figure_id FROM resolved
    WHERE match IS NULL AND category = 'gene' AND taxon = 'ncbitaxon:9606'
    GROUP BY figure_id HAVING COUNT(*) > 1
) AS f ON f.figure_id = r.figure_id
ORDER BY r.figure_id, given, r.position, r.entity_id
