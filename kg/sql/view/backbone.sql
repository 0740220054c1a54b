-- How likely a pair's weight would be at one of its ends, had the end's strength been spread over its pairs at random:
-- (1 - w / s)^(k - 1), the lesser of both; 1 at an end with one pair only. Serrano, Boguna, Vespignani (2009), Extracting
-- the multiscale backbone of complex weighted networks, PNAS 106(16):6483-6488. Weights are summed as whole numbers of
-- 1e-9, for their order must not matter.
WITH ends AS (
    SELECT subject_id AS id, weight FROM kept_pairs
    UNION ALL
    SELECT object_id AS id, weight FROM kept_pairs
),
strengths AS (
    SELECT id, CAST(SUM(CAST(ROUND(weight * 1e9) AS BIGINT)) AS DOUBLE) / 1e9 AS strength, COUNT(*) AS degree
    FROM ends GROUP BY id
)
SELECT p.*, LEAST(
    CASE WHEN s.degree > 1 THEN POWER(1 - LEAST(p.weight / s.strength, 1), s.degree - 1) ELSE 1 END,
    CASE WHEN o.degree > 1 THEN POWER(1 - LEAST(p.weight / o.strength, 1), o.degree - 1) ELSE 1 END
) AS alpha
FROM kept_pairs AS p
JOIN strengths AS s ON s.id = p.subject_id
JOIN strengths AS o ON o.id = p.object_id
