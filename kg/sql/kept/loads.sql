-- How many pairs are read of each entity that comes first in them, those to be left out included.
SELECT c.entity, COUNT(*) AS instances
FROM previous_pairs AS p JOIN entity_codes AS c ON c.entity_id = p.subject_id
GROUP BY c.entity
