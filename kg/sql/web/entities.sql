-- Entities in the order of their numbers, from 1.
SELECT e.* FROM entities AS e JOIN entity_codes AS c ON c.entity_id = e.entity_id ORDER BY c.entity
