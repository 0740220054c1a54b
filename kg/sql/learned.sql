-- What the build's own records teach: a text that always has the same identifier in them.
SELECT category, keyword AS text, category AS found_category, MIN(entity_id) AS entity_id,
    MIN(name) AS name, MIN(taxon) AS taxon
FROM identified WHERE entity_id IS NOT NULL
GROUP BY category, keyword
HAVING COUNT(DISTINCT entity_id) = 1
UNION ALL
SELECT 'unknown' AS category, keyword AS text, MIN(category) AS found_category, MIN(entity_id) AS entity_id,
    MIN(name) AS name, MIN(taxon) AS taxon
FROM identified WHERE entity_id IS NOT NULL
GROUP BY keyword
HAVING COUNT(DISTINCT entity_id) = 1
