-- One identifier a text: approved symbol (rank 1), chemical or disease name (2), corpus-learned (3),
-- unambiguous alias (4), else the text's own (9).
SELECT category, text, found_category, entity_id, name, taxon, id_status
FROM (
    SELECT *, ROW_NUMBER() OVER (PARTITION BY category, text ORDER BY priority, entity_id) AS place
    FROM (
        SELECT category, text, found_category, entity_id, name, taxon, id_status, priority FROM lexicon_readings
        UNION ALL
        SELECT l.category, l.text, l.found_category, l.entity_id, l.name, l.taxon, 'learned' AS id_status, 3 AS priority
        FROM learned AS l JOIN wanted AS w ON w.category = l.category AND w.text = l.text
    ) AS every_reading
) AS ranked
WHERE place = 1
