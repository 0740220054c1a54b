-- Other identifiers of an entity, as records, the lexicon or a mapping file give them.
SELECT DISTINCT entity_id, xref
FROM (
    SELECT entity_id, given_id AS xref FROM resolved
    UNION ALL
    SELECT entity_id, xref FROM resolved
    UNION ALL
    SELECT entity_id, xref FROM lexicon_xrefs
) AS every_xref
WHERE xref IS NOT NULL AND xref <> entity_id AND entity_id IN (SELECT entity_id FROM entities)
ORDER BY entity_id, xref
