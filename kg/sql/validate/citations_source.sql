-- Source documents that are not the figure's own paper, and figures that have none.
SELECT COALESCE(c.citing_id, f.figure_id) AS citing_id, c.cited_id, 'source_document' AS kind, f.paper_id
FROM (SELECT * FROM citations WHERE kind = 'source_document') AS c
FULL OUTER JOIN figures AS f ON f.figure_id = c.citing_id
WHERE c.cited_id IS DISTINCT FROM f.paper_id
