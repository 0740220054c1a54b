-- Figures with more entities than pairs are counted for.
SELECT m.figure_id, f.source_file, COUNT(DISTINCT m.entity_id) AS entities
FROM mentions AS m JOIN figures AS f ON f.figure_id = m.figure_id
GROUP BY m.figure_id, f.source_file
HAVING COUNT(DISTINCT m.entity_id) > $max_entities
ORDER BY m.figure_id
