-- Of the rows that differ: pairs that reached $least figures, that fell below, and that differ and stayed above.
SELECT
    COUNT(*) FILTER (WHERE NOT stood AND stands) AS appeared,
    COUNT(*) FILTER (WHERE stood AND NOT stands) AS vanished,
    COUNT(*) FILTER (WHERE stood AND stands) AS changed
FROM (
    SELECT coalesce(before_figures, 0) >= $least AS stood, coalesce(after_figures, 0) >= $least AS stands FROM piece
)
