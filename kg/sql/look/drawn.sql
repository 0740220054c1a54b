-- What the word asked for stands for, by how its word is known.
SELECT u.match AS word, u.word_status AS status, f.figures, COUNT(*) AS entities,
    list(e.name ORDER BY u.figures DESC, e.name) AS names
FROM (
    SELECT match, word_status, entity_id, COUNT(DISTINCT figure_id) AS figures
    FROM mentions JOIN asked ON match = form GROUP BY match, word_status, entity_id
) AS u
JOIN (
    SELECT match, word_status, COUNT(DISTINCT figure_id) AS figures
    FROM mentions JOIN asked ON match = form GROUP BY match, word_status
) AS f ON f.match = u.match AND f.word_status = u.word_status
JOIN entities AS e ON e.entity_id = u.entity_id
GROUP BY u.match, u.word_status, f.figures
ORDER BY f.figures DESC, u.match, u.word_status
