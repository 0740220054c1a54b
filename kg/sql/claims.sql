-- Which file speaks for a figure's record, and which for each of its sidecar tables:
-- the first by name, then by content; place 1 is kept.
SELECT
    c.record,
    c.figure_id,
    c.category,
    f.name,
    f.digest,
    ROW_NUMBER() OVER (PARTITION BY c.figure_id, c.category ORDER BY f.name, f.digest, c.record) AS place,
    FIRST_VALUE(f.name) OVER (PARTITION BY c.figure_id, c.category ORDER BY f.name, f.digest, c.record) AS kept_name,
    FIRST_VALUE(f.digest) OVER (PARTITION BY c.figure_id, c.category ORDER BY f.name, f.digest, c.record) AS kept_digest
FROM (
    SELECT record, figure_id, 'figure' AS category FROM raw_figures
    UNION ALL
    SELECT record, figure_id, category FROM raw_tables
) AS c
JOIN raw_files AS f ON f.record = c.record
