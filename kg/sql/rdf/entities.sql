-- Entities with those they co-occur with, in either direction, the genes of families, and what they are the same as.
SELECT e.*, p.partners, f.members, list_filter(e.xrefs, lambda each: NOT list_contains(s.shared, each)) AS exact,
    list_filter(e.xrefs, lambda each: list_contains(s.shared, each)) AS close
FROM entities AS e
CROSS JOIN (
    -- What two entities refer to is neither's exactly.
    SELECT coalesce(list(xref), CAST([] AS VARCHAR[])) AS shared
    FROM (SELECT xref FROM (SELECT unnest(xrefs) AS xref FROM entities) GROUP BY xref HAVING COUNT(*) > 1)
) AS s
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
