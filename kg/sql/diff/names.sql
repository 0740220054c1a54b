SELECT a.entity_id, b.name AS before, a.name AS after, a.figures
FROM before_entities AS b
JOIN after_entities AS a ON a.entity_id = b.entity_id
WHERE a.name <> b.name
ORDER BY a.figures DESC, a.entity_id
