SELECT s.name AS subject, o.name AS object, c.weight, c.figures, c.figures_all, c.papers, c.npmi, c.q
FROM cooccurrences AS c
JOIN entities AS s ON s.entity_id = c.subject_id
JOIN entities AS o ON o.entity_id = c.object_id
WHERE c.figures >= $least
ORDER BY c.weight DESC, c.figures DESC, c.subject_id, c.object_id LIMIT $top
