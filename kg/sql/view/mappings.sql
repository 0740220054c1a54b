-- One row an entity and identifier of the same thing elsewhere. What two entities refer to is neither's exactly.
SELECT subject_id, subject_label, object_id, COUNT(*) OVER (PARTITION BY object_id) > 1 AS shared
FROM (
    SELECT DISTINCT entity_id AS subject_id, name AS subject_label, unnest(xrefs) AS object_id FROM entities
) AS every_xref
ORDER BY subject_id, object_id
