-- Entities without an identifier, with a file that mentions them.
SELECT e.name, e.category, e.figures, MIN(f.source_file) AS source_file
FROM entities AS e
JOIN mentions AS m ON m.entity_id = e.entity_id
JOIN figures AS f ON f.figure_id = m.figure_id
WHERE e.id_status = 'none'
GROUP BY e.entity_id, e.name, e.category, e.figures
ORDER BY e.figures DESC, e.entity_id
