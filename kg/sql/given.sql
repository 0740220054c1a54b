-- The identifiers that records give, with how often.
SELECT entity_id, COALESCE(xref, '') AS xref, category, MIN(taxon) AS taxon, COUNT(*) AS uses
FROM readings WHERE entity_id IS NOT NULL
GROUP BY entity_id, xref, category
ORDER BY entity_id, xref, category
