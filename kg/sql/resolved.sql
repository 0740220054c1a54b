-- Every reading with its entity.
SELECT
    r.figure_id, r.origin, r.position, r.keyword, r.word, r.match, r.source, r.flavour, r.given_id, r.xref,
    COALESCE(r.entity_id, g.entity_id) AS entity_id,
    CASE WHEN r.entity_id IS NULL THEN g.found_category ELSE r.category END AS category,
    CASE WHEN r.entity_id IS NULL THEN g.name ELSE r.name END AS name,
    CASE WHEN r.entity_id IS NULL THEN g.taxon ELSE r.taxon END AS taxon,
    CASE WHEN r.entity_id IS NULL THEN g.id_status ELSE 'given' END AS id_status
FROM identified AS r
LEFT JOIN other_organisms AS o ON o.figure_id = r.figure_id
LEFT JOIN grounding AS g
    ON r.entity_id IS NULL AND g.category = r.category AND g.text = r.keyword
    AND g.human = (o.figure_id IS NULL OR r.category = 'gene')
