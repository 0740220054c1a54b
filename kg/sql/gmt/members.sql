-- What can be in a set, once a figure: kind 1 NCBI Gene ids, 2 symbols, 3 chemicals, 4 diseases; flavour is the
-- narrowest that holds it: 1 strict, 2 synonyms, 3 all. Numbers sort by their width first.
SELECT
    m.figure_id, e.kind, e.taxon, e.member, e.width,
    MIN(CASE m.flavour WHEN 'strict' THEN 1 WHEN 'synonyms' THEN 2 ELSE 3 END) AS flavour
FROM mentions AS m
JOIN (
    SELECT entity_id, 1 AS kind, COALESCE(taxon, '') AS taxon, split_part(entity_id, ':', 2) AS member,
        LENGTH(entity_id) AS width
    FROM entities WHERE category = 'gene' AND entity_id LIKE 'ncbigene:%'
    UNION ALL
    SELECT entity_id, 2, COALESCE(taxon, ''), TRIM(regexp_replace(name, '\s+', ' ', 'g')), 0
    FROM entities WHERE category = 'gene' AND NOT regexp_matches(name, '^(\s*|(?i:ncbigene:)?[0-9]+)$$')
    UNION ALL
    SELECT entity_id, CASE category WHEN 'chemical' THEN 3 ELSE 4 END, '',
        CONCAT(UPPER(split_part(entity_id, ':', 1)), ':', split_part(entity_id, ':', 2)), LENGTH(entity_id)
    FROM entities
    WHERE (category = 'chemical' AND split_part(entity_id, ':', 1) IN ('chebi', 'mesh'))
        OR (category = 'disease' AND split_part(entity_id, ':', 1) IN ('doid', 'mesh'))
) AS e ON e.entity_id = m.entity_id
GROUP BY m.figure_id, e.kind, e.taxon, e.member, e.width
