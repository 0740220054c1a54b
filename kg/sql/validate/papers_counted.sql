-- Papers with another number of figures than are part of them.
SELECT p.paper_id, p.figures, COALESCE(f.figures, 0) AS counted
FROM papers AS p
LEFT JOIN (SELECT paper_id, COUNT(*) AS figures FROM figures GROUP BY paper_id) AS f ON f.paper_id = p.paper_id
WHERE p.figures <> COALESCE(f.figures, 0)
