-- The search index: read once, and held in memory.

-- name: numbered_entities (rows)
-- reads: entities, entity_codes
-- One row for each entity, in the order of the numbers, which begin with 1.
SELECT e.* FROM entities AS e JOIN entity_codes AS c ON c.entity_id = e.entity_id ORDER BY c.entity

-- name: searchable_words (rows)
-- reads: words, mentions, entities
-- One row for each drawn word, sorted, with up to 12 of the entities it was read as, the most often read first.
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
