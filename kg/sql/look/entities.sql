SELECT entity_id, name, category, figures, papers FROM entities
ORDER BY figures DESC, papers DESC, entity_id LIMIT $top
