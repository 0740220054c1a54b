-- The statistics of all pairs that are tested, once for each combination with the counts they come from.
SELECT
    CAST(figures AS BIGINT) AS k, CAST(LEAST(subject_figures, object_figures) AS BIGINT) AS a,
    CAST(GREATEST(subject_figures, object_figures) AS BIGINT) AS b, CAST(universe AS BIGINT) AS n,
    expected, lift, jaccard, npmi, log10_p
FROM pairs
WHERE figures > 0
GROUP BY ALL
