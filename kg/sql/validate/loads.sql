-- How many pair instances each entity comes first in; entities in order of a digest, for a sample of them is counted.
SELECT c.entity, c.entity_id, COALESCE(l.instances, 0) AS instances
FROM entity_codes AS c
LEFT JOIN loads AS l ON l.entity = c.entity
ORDER BY md5(c.entity_id), c.entity_id
