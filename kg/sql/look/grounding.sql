-- How much of each category has an identifier, and where it comes from.
SELECT e.category, e.id_status AS identifier, COUNT(*) AS entities, CAST(SUM(m.mentions) AS BIGINT) AS mentions
FROM entities AS e
JOIN (SELECT entity_id, COUNT(*) AS mentions FROM mentions GROUP BY entity_id) AS m ON m.entity_id = e.entity_id
GROUP BY e.category, e.id_status
ORDER BY e.category, e.id_status
