-- In how many figures of each year each kept entity is drawn.
SELECT m.entity_id, f.year, COUNT(DISTINCT m.figure_id) AS figures
FROM mentions AS m
JOIN figures AS f ON f.figure_id = m.figure_id
WHERE f.year IS NOT NULL AND m.entity_id IN (SELECT entity_id FROM kept_entities)
GROUP BY m.entity_id, f.year
ORDER BY m.entity_id, f.year
