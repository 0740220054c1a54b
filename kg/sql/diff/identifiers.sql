-- Entities that are gone, where their identifier is one of another entity now: renamed if that one is new, else merged.
SELECT b.entity_id AS before_id, b.name AS before_name, b.figures,
    CASE WHEN known.entity_id IS NULL THEN 'renamed' ELSE 'merged' END AS change,
    a.entity_id AS after_id, a.name AS after_name
FROM before_entities AS b
JOIN (SELECT entity_id, name, unnest(xrefs) AS xref FROM after_entities) AS a ON a.xref = b.entity_id
LEFT JOIN before_entities AS known ON known.entity_id = a.entity_id
WHERE NOT EXISTS (SELECT 1 FROM after_entities AS kept WHERE kept.entity_id = b.entity_id)
ORDER BY b.figures DESC, b.entity_id, a.entity_id
