-- The drawn words, sorted, with up to twelve of the things they were read as, the most often read first.
SELECT w.word, w.figures, w.entities, n.names
FROM words AS w
JOIN (
    SELECT match, list(name ORDER BY readings DESC, name)[1:12] AS names
    FROM (
        SELECT m.match, e.name, COUNT(*) AS readings
        FROM mentions AS m JOIN entities AS e ON e.entity_id = m.entity_id
        WHERE m.match IS NOT NULL AND e.category <> 'family'
        GROUP BY m.match, m.entity_id, e.name
    )
    GROUP BY match
) AS n ON n.match = w.word
ORDER BY w.word
