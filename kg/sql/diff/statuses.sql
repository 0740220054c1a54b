SELECT a.entity_id, a.name, b.id_status AS before, a.id_status AS after, a.figures
FROM before_entities AS b
JOIN after_entities AS a ON a.entity_id = b.entity_id
WHERE a.id_status <> b.id_status
ORDER BY a.figures DESC, a.entity_id
