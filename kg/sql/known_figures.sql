-- Every figure: those with a record, and those known by a sidecar table only.
SELECT figure_id, MIN(paper_id) AS paper_id, MAX(record) AS record
FROM (
    SELECT c.figure_id, f.paper_id, c.record
    FROM claims AS c JOIN raw_figures AS f ON f.record = c.record AND f.figure_id = c.figure_id
    WHERE c.category = 'figure' AND c.place = 1
    UNION ALL
    SELECT DISTINCT figure_id, CONCAT('pmc:', SUBSTRING(figure_id, 7, POSITION('__' IN figure_id) - 7)), NULL
    FROM claims WHERE category <> 'figure'
) AS every_figure
GROUP BY figure_id
