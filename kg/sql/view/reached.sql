-- One step further from the entities reached so far.
SELECT entity_id FROM reached
UNION
SELECT p.object_id FROM kept_pairs AS p JOIN reached AS r ON r.entity_id = p.subject_id
UNION
SELECT p.subject_id FROM kept_pairs AS p JOIN reached AS r ON r.entity_id = p.object_id
