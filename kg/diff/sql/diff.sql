-- Two builds compared. Their tables are `before_NAME` and `after_NAME`. SELECTs that depend on the columns that both
-- builds have are put together in kg/diff/selects.py: `differing_rows` are the rows of a run of keys that differ.

-- name: run_starts (rows)
-- One row for each run but the first: the key at which the rows of both builds, in the Parquet `files`, exceed another
-- `run_rows`. Rows are counted by row group, whose least key starts the run.
SELECT DISTINCT stats_min_value AS start
FROM (
    SELECT *, SUM(row_group_num_rows) OVER (ORDER BY stats_min_value, file_name, row_group_id) AS rows_so_far
    FROM parquet_metadata([$files])
    WHERE path_in_schema = $column
)
WHERE rows_so_far // $run_rows > (rows_so_far - row_group_num_rows) // $run_rows AND stats_min_value IS NOT NULL
ORDER BY start

-- name: differing_rows (python)
-- The rows of a table that differ, of one run of keys: the kind of change, the keys, and which cells differ.

-- name: threshold_counts (rows)
-- reads: differing_rows
-- One row: the pairs that reached `least` figures, those that fell below, and those that differ and stayed above.
SELECT
    COUNT(*) FILTER (WHERE NOT above_before AND above_after) AS appeared,
    COUNT(*) FILTER (WHERE above_before AND NOT above_after) AS vanished,
    COUNT(*) FILTER (WHERE above_before AND above_after) AS changed
FROM (
    SELECT coalesce(before_figures, 0) >= $least AS above_before, coalesce(after_figures, 0) >= $least AS above_after
    FROM differing_rows
)

-- name: pairs_above_threshold (rows)
-- reads: before_cooccurrences, after_cooccurrences
-- One row: the pairs of `least` figures or more in each build.
SELECT
    (SELECT COUNT(*) FROM before_cooccurrences WHERE figures >= $least) AS before,
    (SELECT COUNT(*) FROM after_cooccurrences WHERE figures >= $least) AS after

-- name: changed_pairs (python)
-- reads: differing_rows
-- The pairs that changed most by each measure, gathered run by run.

-- name: most_changed_pairs (rows)
-- reads: changed_pairs, before_entities, after_entities
-- One row for each measure and rank: the `top` pairs that changed most, with the names of their ends.
SELECT m.measure, m.subject_id, m.object_id, coalesce(sa.name, sb.name) AS subject, coalesce(oa.name, ob.name) AS object,
    m.before, m.after
FROM (
    SELECT *, row_number() OVER (PARTITION BY measure ORDER BY size DESC, subject_id, object_id) AS rank
    FROM changed_pairs
) AS m
LEFT JOIN before_entities AS sb ON sb.entity_id = m.subject_id
LEFT JOIN after_entities AS sa ON sa.entity_id = m.subject_id
LEFT JOIN before_entities AS ob ON ob.entity_id = m.object_id
LEFT JOIN after_entities AS oa ON oa.entity_id = m.object_id
WHERE m.rank <= $top
ORDER BY m.measure, m.rank

-- name: moved_identifiers (rows)
-- reads: before_entities, after_entities
-- One row for each vanished entity whose identifier another entity has now: renamed if that one is new, else merged.
SELECT b.entity_id AS before_id, b.name AS before_name, b.figures,
    CASE WHEN old.entity_id IS NULL THEN 'renamed' ELSE 'merged' END AS change,
    a.entity_id AS after_id, a.name AS after_name
FROM before_entities AS b
JOIN (SELECT entity_id, name, unnest(xrefs) AS xref FROM after_entities) AS a ON a.xref = b.entity_id
LEFT JOIN before_entities AS old ON old.entity_id = a.entity_id
WHERE NOT EXISTS (SELECT 1 FROM after_entities AS same WHERE same.entity_id = b.entity_id)
ORDER BY b.figures DESC, b.entity_id, a.entity_id

-- name: changed_names (rows)
-- reads: before_entities, after_entities
-- One row for each entity with another name.
SELECT a.entity_id, b.name AS before, a.name AS after, a.figures
FROM before_entities AS b
JOIN after_entities AS a ON a.entity_id = b.entity_id
WHERE a.name <> b.name
ORDER BY a.figures DESC, a.entity_id

-- name: changed_statuses (rows)
-- reads: before_entities, after_entities
-- One row for each entity with another identifier status.
SELECT a.entity_id, a.name, b.id_status AS before, a.id_status AS after, a.figures
FROM before_entities AS b
JOIN after_entities AS a ON a.entity_id = b.entity_id
WHERE a.id_status <> b.id_status
ORDER BY a.figures DESC, a.entity_id

-- name: changed_readings (rows)
-- reads: before_word_readings, after_word_readings, before_figures, after_figures
-- One row for each word and change of its most probable reading, with the number of figures of both builds. A name is
-- NULL where the word is not in doubt.
WITH before_best AS (
    SELECT figure_id, match, entity_id, name, probability FROM before_word_readings
    QUALIFY ROW_NUMBER() OVER (PARTITION BY figure_id, match ORDER BY probability DESC, entity_id) = 1
),
after_best AS (
    SELECT figure_id, match, entity_id, name, probability FROM after_word_readings
    QUALIFY ROW_NUMBER() OVER (PARTITION BY figure_id, match ORDER BY probability DESC, entity_id) = 1
)
SELECT match AS word, b.name AS before, a.name AS after, COUNT(*) AS figures
FROM before_best AS b FULL JOIN after_best AS a USING (figure_id, match)
WHERE b.entity_id IS DISTINCT FROM a.entity_id
    AND figure_id IN (SELECT figure_id FROM before_figures) AND figure_id IN (SELECT figure_id FROM after_figures)
GROUP BY match, b.entity_id, b.name, a.entity_id, a.name
ORDER BY figures DESC, word, before NULLS FIRST, after NULLS FIRST

-- name: pairs_of_changed_universe (rows)
-- reads: before_cooccurrences, after_cooccurrences
-- One row: the pairs of `least` figures or more whose universe has another size, so that all their statistics differ.
SELECT COUNT(*) AS pairs
FROM after_cooccurrences AS p
JOIN (SELECT COALESCE(taxon, '') AS context, MAX(universe) AS figures FROM after_cooccurrences GROUP BY 1) AS a
    ON a.context = COALESCE(p.taxon, '')
LEFT JOIN (SELECT COALESCE(taxon, '') AS context, MAX(universe) AS figures FROM before_cooccurrences GROUP BY 1) AS b
    ON b.context = a.context
WHERE p.figures >= $least AND a.figures IS DISTINCT FROM b.figures
