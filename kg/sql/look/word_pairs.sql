SELECT s.word AS subject, o.word AS object, c.figures, c.papers, c.npmi, c.q
FROM word_cooccurrences AS c
JOIN words AS s ON s.word_id = c.subject_id
JOIN words AS o ON o.word_id = c.object_id
WHERE c.figures >= $least
ORDER BY c.figures DESC, c.npmi DESC, c.subject_id, c.object_id LIMIT $top
