-- One step further from the entities reached so far; those on the strongest pairs come first.
SELECT entity_id, place FROM reached
UNION ALL
SELECT
    entity_id,
    (SELECT MAX(place) FROM reached)
        + ROW_NUMBER() OVER (ORDER BY MAX(weight) DESC, MAX(figures) DESC, entity_id) AS place
FROM (
    SELECT p.object_id AS entity_id, p.weight, p.figures
    FROM kept_pairs AS p JOIN reached AS r ON r.entity_id = p.subject_id
    UNION ALL
    SELECT p.subject_id AS entity_id, p.weight, p.figures
    FROM kept_pairs AS p JOIN reached AS r ON r.entity_id = p.object_id
)
WHERE entity_id NOT IN (SELECT entity_id FROM reached)
GROUP BY entity_id
