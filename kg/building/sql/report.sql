-- The lines of the build report.

-- name: problems (rows)
-- reads: raw_problems
-- The errors, warnings and notes of the parsers.
SELECT DISTINCT severity, code, file, line, message FROM raw_problems

-- name: duplicates (rows)
-- reads: versions
-- Records and sidecar tables that another file had given before; `same`: with the same content.
SELECT name, first_name, figure_id, category, digest = first_digest AS same
FROM versions WHERE version > 1 AND NOT of_sets
ORDER BY name, figure_id, category

-- name: oversized_figures (rows)
-- reads: mentions, figures
-- Figures with more than $max_entities entities, whose pairs are not counted.
SELECT m.figure_id, f.source_file, COUNT(DISTINCT m.entity_id) AS entities
FROM mentions AS m JOIN figures AS f ON f.figure_id = m.figure_id
GROUP BY m.figure_id, f.source_file
HAVING COUNT(DISTINCT m.entity_id) > $max_entities
ORDER BY m.figure_id

-- name: ungrounded_entities (rows)
-- reads: entities, mentions, figures
-- Entities without an identifier, the most frequent first, with a file that mentions them.
SELECT e.name, e.category, e.figures, MIN(f.source_file) AS source_file
FROM entities AS e
JOIN mentions AS m ON m.entity_id = e.entity_id
JOIN figures AS f ON f.figure_id = m.figure_id
WHERE e.id_status = 'none'
GROUP BY e.entity_id, e.name, e.category, e.figures
ORDER BY e.figures DESC, e.entity_id
