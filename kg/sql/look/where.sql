-- Figures that draw the word, or the thing of this name.
SELECT substr(f.figure_id, 7) AS figure, f.year, f.title
FROM figures AS f
WHERE f.figure_id IN (
    SELECT m.figure_id FROM mentions AS m JOIN asked AS a ON m.match = a.form
    UNION
    SELECT m.figure_id FROM mentions AS m JOIN entities AS e ON e.entity_id = m.entity_id
    JOIN asked AS a ON e.entity_id = a.text OR e.name = a.text
)
ORDER BY f.pathway_score DESC NULLS LAST, f.figure_id LIMIT $top
