-- The drawn words, sorted, with up to twelve of the things they were read as, the most often read first.
SELECT w.word, w.figures, w.entities, n.names, n.ids
FROM words AS w
JOIN (
    SELECT match, list(name ORDER BY readings DESC, name, entity_id)[1:12] AS names,
        list(entity_id ORDER BY readings DESC, name, entity_id)[1:12] AS ids
    FROM (
        SELECT m.match, e.name, e.entity_id, COUNT(*) AS readings
        FROM mentions AS m JOIN entities AS e ON e.entity_id = m.entity_id
        WHERE m.match IS NOT NULL AND e.category <> 'family'
        GROUP BY m.match, e.entity_id, e.name
    )
    GROUP BY match
) AS n ON n.match = w.word
ORDER BY w.word
