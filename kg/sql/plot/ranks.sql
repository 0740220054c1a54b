-- How many entities are in so many figures, and the rank of the last of them: entities in so many figures or more.
SELECT
    category, figures, COUNT(*) AS entities,
    CAST(SUM(COUNT(*)) OVER (PARTITION BY category ORDER BY figures DESC) AS BIGINT) AS rank
FROM kept_entities
GROUP BY category, figures
ORDER BY category, figures DESC
