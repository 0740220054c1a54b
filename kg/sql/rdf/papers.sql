-- Papers with the papers they cite.
SELECT p.*, c.cited
FROM papers AS p
LEFT JOIN (
    SELECT citing_id, array_sort(array_agg(DISTINCT cited_id)) AS cited
    FROM citations WHERE kind = 'reference' GROUP BY citing_id
) AS c ON c.citing_id = p.paper_id
ORDER BY p.paper_id
