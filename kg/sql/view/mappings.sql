-- One row an entity and identifier of the same thing elsewhere.
SELECT DISTINCT entity_id AS subject_id, name AS subject_label, xref AS object_id
FROM (SELECT entity_id, name, unnest(xrefs) AS xref FROM entities) AS every_xref
ORDER BY subject_id, object_id
