-- The words by which each kept entity is drawn anywhere, the most used first: up to $most.
SELECT entity_id, word, status, figures
FROM (
    SELECT *, ROW_NUMBER() OVER (PARTITION BY entity_id ORDER BY figures DESC, word NULLS LAST) AS place
    FROM (
        SELECT entity_id, match AS word, min(word_status) AS status, COUNT(DISTINCT figure_id) AS figures
        FROM mentions
        WHERE entity_id IN (SELECT entity_id FROM kept_entities)
        GROUP BY entity_id, match
    )
)
WHERE place <= $most
ORDER BY entity_id, place
