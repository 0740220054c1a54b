-- Readings with the one identifier that stands for the thing they name.
SELECT
    r.figure_id, r.origin, r.category, r.position, r.keyword, r.name, r.word, r.match, r.source, r.flavour, r.taxon,
    COALESCE(i.entity_id, r.entity_id) AS entity_id, r.entity_id AS given_id, r.xref
FROM readings AS r
LEFT JOIN identity AS i ON i.other_id = r.entity_id
