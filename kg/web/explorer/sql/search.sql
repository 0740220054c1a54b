-- The tables of the search index, which is held in memory.

-- name: entity_rows (table)
-- reads: entities, entity_codes, mentions
-- One row for each entity, in the order of the numbers, which begin with 1. `doubtful` is the number of figures that
-- mention it by no reading of a probability of $likely or more.
SELECT e.*, COALESCE(d.doubtful, 0) AS doubtful
FROM entities AS e
JOIN entity_codes AS c ON c.entity_id = e.entity_id
LEFT JOIN (
    SELECT entity_id, COUNT(*) AS doubtful
    FROM (
        SELECT entity_id, figure_id FROM mentions
        WHERE entity_id IN (SELECT entity_id FROM mentions WHERE probability < $likely)
        GROUP BY entity_id, figure_id
        HAVING MAX(probability) < $likely
    )
    GROUP BY entity_id
) AS d ON d.entity_id = e.entity_id
ORDER BY c.entity

-- name: searchable_words (table)
-- reads: words, mentions, entities
-- One row for each drawn word, sorted, with up to 12 of the entities it was read as, the most often read first, and the
-- mean probability of each reading over the figures of the word. Readings of less than $likely in every figure are left
-- out, unless a word has no other.
SELECT w.word, w.figures, w.entities, n.names, n.ids, n.probabilities
FROM words AS w
JOIN (
    SELECT match, list(name ORDER BY readings DESC, name, entity_id)[1:12] AS names,
        list(entity_id ORDER BY readings DESC, name, entity_id)[1:12] AS ids,
        list(probability ORDER BY readings DESC, name, entity_id)[1:12] AS probabilities
    FROM (
        SELECT match, name, entity_id, readings,
            ROUND(CAST(hundredths AS DOUBLE) / (100 * CAST(figures AS BIGINT)), 2) AS probability,
            greatest >= $likely AS likely, MAX(greatest) OVER (PARTITION BY match) >= $likely AS any_likely
        FROM (
            SELECT m.match, e.name, e.entity_id, COUNT(*) FILTER (m.probability >= $likely) AS readings,
                MAX(m.probability) AS greatest, d.figures,
                CAST(SUM(CAST(ROUND(100 * m.probability) AS BIGINT)) AS BIGINT) AS hundredths
            FROM (  -- a figure may draw one word in several spellings, such as Tau and tau
                SELECT match, entity_id, MAX(probability) AS probability
                FROM mentions GROUP BY match, entity_id, figure_id
            ) AS m
            JOIN entities AS e ON e.entity_id = m.entity_id
            JOIN words AS d ON d.word = m.match
            WHERE e.category <> 'family'
            GROUP BY m.match, d.figures, e.entity_id, e.name
        )
    )
    WHERE likely OR NOT any_likely
    GROUP BY match
) AS n ON n.match = w.word
ORDER BY w.word
