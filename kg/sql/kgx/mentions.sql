-- One row a reading, sorted by figure and entity; with what an edge says of its ends.
SELECT m.*, f.paper_id, e.name, e.category, e.taxon
FROM mentions AS m
JOIN figures AS f ON f.figure_id = m.figure_id
JOIN entities AS e ON e.entity_id = m.entity_id
ORDER BY m.figure_id, m.entity_id, m.match NULLS LAST, m.word NULLS LAST
