-- What is shown of a figure; its pairs are counted unless it has more than $max_entities entities.
SELECT
    CAST(ROW_NUMBER() OVER (ORDER BY f.figure_id) AS INT) AS figure, f.figure_id, f.alias, f.title, f.year, f.url,
    f.pathway_score AS score, f.paper_id, p.title AS paper_title, o.figure_id IS NULL AS counted
FROM figures AS f
LEFT JOIN papers AS p ON p.paper_id = f.paper_id
LEFT JOIN (SELECT figure_id FROM mentions GROUP BY figure_id HAVING COUNT(DISTINCT entity_id) > $max_entities) AS o
    ON o.figure_id = f.figure_id
