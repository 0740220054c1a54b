-- Other names by which records give an entity: symbols that were renamed, drawn words of chemicals and diseases.
SELECT DISTINCT s.entity_id, s.synonym
FROM (
    SELECT entity_id, keyword AS synonym FROM words_read
    UNION ALL
    SELECT entity_id, name AS synonym FROM words_read
) AS s
JOIN entities AS e ON e.entity_id = s.entity_id
WHERE s.synonym <> e.name
ORDER BY s.entity_id, s.synonym
