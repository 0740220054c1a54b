-- The tables that the parsers fill. `record` is the number of the file that a row comes from.

-- name: raw_figures (python)
-- One row for each record of a figure, with the fields of the figure and of its paper.

-- name: raw_tables (python)
-- One row for each sidecar table: the figure and the category of the entities that it lists.

-- name: raw_mentions (python)
-- One row for each keyword, list item, table row or member of a set that names an entity.

-- name: raw_links (python)
-- One row for each page about a figure: NDEx, WikiPathways.

-- name: raw_citations (python)
-- One row for each citation of a paper by another: of parsers, and those of citation tables that name a paper of the build.

-- name: raw_paper_ids (python)
-- One row for each PMID or DOI of a paper, from a map of identifiers or from the paper's record.

-- name: raw_problems (python)
-- One row for each error, warning or note of a parser.

-- name: raw_files (python)
-- One row for each file: its name and the SHA-256 of its content.

-- name: records (rows)
-- reads: raw_figures, raw_tables
-- The number of records and sidecar tables; a build needs at least one.
SELECT COUNT(*) AS n
FROM (SELECT record FROM raw_figures UNION ALL SELECT record FROM raw_tables) AS r

-- name: first_errors (rows)
-- reads: raw_problems
-- Three errors of the parsers. They explain why there are no records.
SELECT file, line, message FROM raw_problems WHERE severity = 'error' ORDER BY file LIMIT 3

-- name: any_citation (rows)
-- reads: raw_citations
-- A row where parsers found any citation.
SELECT 1 AS n FROM raw_citations LIMIT 1

-- name: record_dois (rows)
-- reads: raw_figures
-- The DOI of each paper, as its records have it.
SELECT DISTINCT paper_id, doi FROM raw_figures WHERE doi IS NOT NULL

-- name: paper_names (rows)
-- reads: raw_figures, raw_tables, raw_paper_ids
-- Every known identifier of each paper of the build.
SELECT paper_id AS id, paper_id FROM raw_figures
UNION
SELECT CONCAT('pmc:', SUBSTRING(figure_id, 7, POSITION('__' IN figure_id) - 7)) AS id,
    CONCAT('pmc:', SUBSTRING(figure_id, 7, POSITION('__' IN figure_id) - 7)) AS paper_id
FROM raw_tables
UNION
SELECT other_id AS id, paper_id FROM raw_paper_ids
