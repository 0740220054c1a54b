-- The q of each p of each family of tests, by Benjamini and Hochberg's definition.
SELECT
    family, log10_p,
    POW(10, LEAST(0, MIN(log10_p + LOG10(tests / place)) OVER (
        PARTITION BY family ORDER BY log10_p ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING
    ))) AS q
FROM (
    SELECT family, log10_p, SUM(pairs) OVER (PARTITION BY family) AS tests,
        SUM(pairs) OVER (PARTITION BY family ORDER BY log10_p) AS place
    FROM (
        SELECT family, log10_p, COUNT(*) AS pairs FROM tested GROUP BY family, log10_p
    ) AS counted
) AS placed
