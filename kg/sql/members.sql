-- The genes of each family, as far as both are drawn somewhere.
SELECT DISTINCT f.entity_id AS family_id, m.member_id AS entity_id
FROM families AS f
JOIN family_members AS m ON m.family_id = f.entity_id
WHERE f.entity_id IN (SELECT entity_id FROM entities) AND m.member_id IN (SELECT entity_id FROM entities)
ORDER BY family_id, entity_id
