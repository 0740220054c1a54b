-- Mentions of the files that are kept; of sets all, for those of one figure add up.
SELECT m.*
FROM raw_mentions AS m
JOIN claims AS c
    ON c.record = m.record
    AND c.figure_id = m.figure_id
    AND c.category = CASE WHEN m.origin = 'sidecar' THEN m.category ELSE 'figure' END
WHERE c.place = 1 OR m.origin = 'set'
