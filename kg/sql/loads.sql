-- Pair instances by the entity that comes first in them, to cut the counting into slices of equal work.
SELECT entity, CAST(SUM(after) AS BIGINT) AS instances
FROM (
    SELECT entity, COUNT(*) OVER (PARTITION BY figure) - ROW_NUMBER() OVER (PARTITION BY figure ORDER BY entity) AS after
    FROM figure_entities
) AS places
GROUP BY entity
ORDER BY entity
