-- Entities with those they co-occur with, in either direction, and the genes of families.
SELECT e.*, p.partners, f.members
FROM entities AS e
LEFT JOIN (
    SELECT entity_id, list(partner ORDER BY partner) AS partners
    FROM (
        SELECT subject_id AS entity_id, object_id AS partner FROM rdf_pairs
        UNION ALL
        SELECT object_id AS entity_id, subject_id AS partner FROM rdf_pairs
    )
    GROUP BY entity_id
) AS p ON p.entity_id = e.entity_id
LEFT JOIN (
    SELECT family_id, list(entity_id ORDER BY entity_id) AS members FROM members GROUP BY family_id
) AS f ON f.family_id = e.entity_id
ORDER BY e.entity_id
