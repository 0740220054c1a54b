-- Figures whose pairs are counted: those with at most $max_entities entities. paper 0: the paper has no
-- other figure here, so its figures need no second look when papers are counted.
SELECT
    k.figure_id,
    CAST(ROW_NUMBER() OVER (ORDER BY k.figure_id) AS INT) AS figure,
    CASE WHEN p.figures = 1 THEN 0 ELSE p.paper END AS paper,
    f.year
FROM known_figures AS k
JOIN (SELECT figure_id FROM mentions GROUP BY figure_id HAVING COUNT(DISTINCT entity_id) <= $max_entities) AS s
    ON s.figure_id = k.figure_id
JOIN (
    SELECT paper_id, COUNT(*) AS figures, CAST(ROW_NUMBER() OVER (ORDER BY paper_id) AS INT) AS paper
    FROM known_figures GROUP BY paper_id
) AS p ON p.paper_id = k.paper_id
LEFT JOIN figures AS f ON f.figure_id = k.figure_id
