-- The pairs among the entities reached, each at the place of its farther end.
SELECT p.* REPLACE (GREATEST(s.place, o.place) AS place)
FROM kept_pairs AS p
JOIN reached AS s ON s.entity_id = p.subject_id
JOIN reached AS o ON o.entity_id = p.object_id
