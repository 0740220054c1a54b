-- Figures that draw the word, or a thing it means.
SELECT substr(f.figure_id, 7) AS figure, f.year, f.title
FROM figures AS f
WHERE f.figure_id IN (
    SELECT figure_id FROM mentions WHERE match IN (SELECT form FROM asked)
    UNION
    SELECT figure_id FROM mentions WHERE entity_id IN (SELECT entity_id FROM meant)
)
ORDER BY f.pathway_score DESC NULLS LAST, f.figure_id LIMIT $top
