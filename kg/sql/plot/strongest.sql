-- The ends of the strongest pairs. Sums are exact, for those of doubles depend on their order.
SELECT entity_id
FROM (
    SELECT subject_id AS entity_id, CAST(strength AS DECIMAL(18, 9)) AS strength FROM wanted_pairs
    UNION ALL
    SELECT object_id AS entity_id, CAST(strength AS DECIMAL(18, 9)) AS strength FROM wanted_pairs
)
GROUP BY entity_id
ORDER BY MAX(strength) DESC, SUM(strength) DESC, entity_id
LIMIT $top
