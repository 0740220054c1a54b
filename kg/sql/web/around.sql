-- What an entity is drawn with.
SELECT object AS other, * EXCLUDE (subject, object) FROM pairs WHERE subject = $entity
UNION ALL
SELECT subject AS other, * EXCLUDE (subject, object) FROM pairs WHERE object = $entity
