SELECT name AS word, category, figures FROM entities
WHERE id_status = 'none'
ORDER BY figures DESC, entity_id LIMIT $top
