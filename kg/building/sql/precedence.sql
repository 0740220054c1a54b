-- Several files can describe one figure. These statements choose the mentions that count.

-- name: versions (table)
-- reads: raw_figures, raw_tables, raw_files, raw_mentions
-- One row for each record of a figure and for each of its sidecar tables. Version 1 counts: the first by file name, then
-- by content. A file of sets (`of_sets`) comes after all other files.
SELECT
    c.record,
    c.figure_id,
    c.category,
    f.name,
    f.digest,
    f.of_sets,
    ROW_NUMBER() OVER (PARTITION BY c.figure_id, c.category ORDER BY f.of_sets, f.name, f.digest, c.record) AS version,
    FIRST_VALUE(f.name) OVER (PARTITION BY c.figure_id, c.category ORDER BY f.of_sets, f.name, f.digest, c.record)
        AS first_name,
    FIRST_VALUE(f.digest) OVER (PARTITION BY c.figure_id, c.category ORDER BY f.of_sets, f.name, f.digest, c.record)
        AS first_digest
FROM (
    SELECT record, figure_id, 'figure' AS category FROM raw_figures
    UNION ALL
    SELECT record, figure_id, category FROM raw_tables
) AS c
JOIN (
    SELECT r.record, r.name, r.digest, s.record IS NOT NULL AS of_sets
    FROM raw_files AS r
    LEFT JOIN (SELECT DISTINCT record FROM raw_mentions WHERE origin = 'set') AS s ON s.record = r.record
) AS f ON f.record = c.record

-- name: versioned_mentions (view)
-- reads: raw_mentions, versions
-- The raw mentions of the versions that count. Of sets all versions count, because the sets of one figure add up.
SELECT m.*
FROM raw_mentions AS m
JOIN versions AS v
    ON v.record = m.record
    AND v.figure_id = m.figure_id
    AND v.category = CASE WHEN m.origin = 'sidecar' THEN m.category ELSE 'figure' END
WHERE v.version = 1 OR m.origin = 'set'

-- name: readings (table)
-- reads: versioned_mentions, versions
-- drops: versioned_mentions, raw_mentions
-- One row for each entity that a keyword, list item or table row of a figure names. A sidecar table replaces the inline
-- list of its category. A bare keyword counts only where no list or table of the figure has it. Members of sets count
-- only for figures without any other mention.
SELECT m.* FROM versioned_mentions AS m WHERE m.origin NOT IN ('inline', 'keyword', 'set')
UNION ALL
SELECT m.*
FROM versioned_mentions AS m
LEFT JOIN versions AS t ON t.figure_id = m.figure_id AND t.category = m.category AND t.version = 1
WHERE m.origin = 'inline' AND t.figure_id IS NULL
UNION ALL
SELECT m.*
FROM versioned_mentions AS m
LEFT JOIN (SELECT figure_id, keyword FROM versioned_mentions WHERE origin NOT IN ('keyword', 'set')) AS r
    ON r.figure_id = m.figure_id AND r.keyword = m.keyword
WHERE m.origin = 'keyword' AND r.figure_id IS NULL
UNION ALL
SELECT m.*
FROM versioned_mentions AS m
LEFT JOIN (SELECT figure_id FROM versioned_mentions WHERE origin <> 'set') AS o ON o.figure_id = m.figure_id
WHERE m.origin = 'set' AND o.figure_id IS NULL

-- name: texts_to_ground (table)
-- reads: readings
-- One row for each text without an identifier and for each category in which records give it.
SELECT DISTINCT category, keyword AS text FROM readings WHERE entity_id IS NULL ORDER BY category, text

-- name: given_identifiers (table)
-- reads: readings
-- One row for each identifier of the records, with its other identifier (`xref`), its category and its number of uses.
SELECT entity_id, COALESCE(xref, '') AS xref, category, MIN(taxon) AS taxon, COUNT(*) AS uses
FROM readings WHERE entity_id IS NOT NULL
GROUP BY entity_id, xref, category
ORDER BY entity_id, xref, category

-- name: other_organism_figures (table)
-- reads: versions, raw_figures
-- Figures whose record names organisms, but not the human; `organisms` is a text of them all.
SELECT DISTINCT v.figure_id, f.organisms_ner, CAST(f.organisms_ner AS STRING) AS organisms
FROM versions AS v JOIN raw_figures AS f ON f.record = v.record AND f.figure_id = v.figure_id
WHERE v.category = 'figure' AND v.version = 1 AND CAST(f.organisms_ner AS STRING) <> '[]'
    AND NOT ARRAY_CONTAINS(f.organisms_ner, 'Homo sapiens')

-- name: organism_texts (table)
-- reads: readings, other_organism_figures
-- One row for each text without an identifier that can be a gene of the organisms of its figure.
SELECT DISTINCT o.organisms, o.organisms_ner, r.keyword AS text
FROM readings AS r JOIN other_organism_figures AS o ON o.figure_id = r.figure_id
WHERE r.entity_id IS NULL AND r.category IN ('gene', 'unknown')
ORDER BY organisms, text
