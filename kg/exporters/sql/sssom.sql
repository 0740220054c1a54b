-- SSSOM: the mappings, and the prefixes in the head of the file.

-- name: mappings (table)
-- reads: entities
-- One row for each entity and identifier of the same thing elsewhere. `shared` is true where two entities have the
-- identifier, so that it is exactly neither of them.
SELECT subject_id, subject_label, object_id, COUNT(*) OVER (PARTITION BY object_id) > 1 AS shared
FROM (
    SELECT DISTINCT entity_id AS subject_id, name AS subject_label, unnest(xrefs) AS object_id FROM entities
) AS every_xref
ORDER BY subject_id, object_id

-- name: sssom_prefixes (rows)
-- reads: mappings
-- One row for each prefix of an identifier in the mappings.
SELECT DISTINCT split_part(id, ':', 1) AS prefix
FROM (SELECT subject_id AS id FROM mappings UNION ALL SELECT object_id AS id FROM mappings) AS ids
ORDER BY prefix
