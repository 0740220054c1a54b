-- Which file speaks for a figure's record, and which for each of its sidecar tables:
-- the first by name, then by content, but a file of sets after all others; place 1 is kept.
SELECT
    c.record,
    c.figure_id,
    c.category,
    f.name,
    f.digest,
    f.sets,
    ROW_NUMBER() OVER (PARTITION BY c.figure_id, c.category ORDER BY f.sets, f.name, f.digest, c.record) AS place,
    FIRST_VALUE(f.name) OVER (PARTITION BY c.figure_id, c.category ORDER BY f.sets, f.name, f.digest, c.record)
        AS kept_name,
    FIRST_VALUE(f.digest) OVER (PARTITION BY c.figure_id, c.category ORDER BY f.sets, f.name, f.digest, c.record)
        AS kept_digest
FROM (
    SELECT record, figure_id, 'figure' AS category FROM raw_figures
    UNION ALL
    SELECT record, figure_id, category FROM raw_tables
) AS c
JOIN (
    SELECT r.record, r.name, r.digest, s.record IS NOT NULL AS sets
    FROM raw_files AS r
    LEFT JOIN (SELECT DISTINCT record FROM raw_mentions WHERE origin = 'set') AS s ON s.record = r.record
) AS f ON f.record = c.record
