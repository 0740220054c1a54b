-- Columns of nodes that follow from the edges of a view.

-- name: degrees (rows)
-- reads: view_citations, view_members, view_mentions, view_pairs
-- The number of edges of each node with an edge, and the sum of the weights of its pairs; NULL without a pair. Weights
-- are summed as whole numbers, in units of one $weight_units-th, because sums of doubles depend on the order.
SELECT id, COUNT(*) AS degree, CAST(SUM(units) AS DOUBLE) / $weight_units AS strength
FROM (
    SELECT unnest([subject_id, object_id]) AS id, CAST(ROUND(weight * $weight_units) AS HUGEINT) AS units
    FROM view_pairs
    UNION ALL
    SELECT unnest([citing_id, cited_id]) AS id, NULL AS units FROM view_citations
    UNION ALL
    SELECT unnest([entity_id, family_id]) AS id, NULL AS units FROM view_members
    UNION ALL
    SELECT unnest([figure_id, entity_id]) AS id, NULL AS units
    FROM (SELECT DISTINCT figure_id, entity_id FROM view_mentions)
)
GROUP BY id

-- name: weighted_ends (rows)
-- reads: view_citations, view_members, view_mentions, view_pairs
-- The ends of the edges, sorted, with the weight of a pair and 1 for any other edge.
SELECT source, target, weight
FROM (
    SELECT subject_id AS source, object_id AS target, weight FROM view_pairs
    UNION ALL
    SELECT citing_id AS source, cited_id AS target, 1.0 AS weight FROM view_citations
    UNION ALL
    SELECT entity_id AS source, family_id AS target, 1.0 AS weight FROM view_members
    UNION ALL
    SELECT DISTINCT figure_id AS source, entity_id AS target, 1.0 AS weight FROM view_mentions
)
ORDER BY source, target, weight
