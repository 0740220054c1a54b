-- Integer codes in the order of the identifiers, so that comparing codes sorts the ends of a pair.
-- taxon 0: none; such entities pair with every taxon.
SELECT
    e.entity_id, e.category, e.taxon AS taxon_id,
    CAST(ROW_NUMBER() OVER (ORDER BY e.entity_id) AS INT) AS entity,
    COALESCE(t.taxon, 0) AS taxon
FROM entities AS e
LEFT JOIN (
    SELECT taxon_id, CAST(ROW_NUMBER() OVER (ORDER BY taxon_id) AS INT) AS taxon
    FROM (SELECT DISTINCT taxon AS taxon_id FROM entities WHERE taxon IS NOT NULL) AS taxa
) AS t ON t.taxon_id = e.taxon
