-- Members that are no gene, or are of no family.
SELECT m.family_id, m.entity_id, f.category AS family_category, e.category
FROM members AS m
JOIN entities AS f ON f.entity_id = m.family_id
JOIN entities AS e ON e.entity_id = m.entity_id
WHERE f.category <> 'family' OR e.category <> 'gene'
