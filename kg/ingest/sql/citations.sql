-- Citation tables and maps of identifiers, which DuckDB reads as files. Only what concerns papers of the build is kept, so
-- that a table of a thousand million rows needs little memory. The patterns are those of `kg.model.paper_ids`.

-- name: build_papers (python)
-- One row for each known identifier of a paper of the build.

-- name: cells (rows)
-- Each row of a file: the texts of `$columns`, and the identifiers in each. These are a list, PMCID first; it is empty
-- where all are of other kinds, and NULL where the text holds something else. The usual forms come first, because they
-- are quick to recognise.
SELECT given, list_transform(given, lambda cell: CASE
    WHEN regexp_full_match(cell, '[1-9][0-9]{0,8}') THEN ['pubmed:' || cell]
    WHEN regexp_full_match(cell, $plain_doi) THEN ['doi:' || lower(cell)]
    ELSE list_transform([list_transform(
        CASE
            WHEN NOT regexp_matches(cell, $several) THEN [cell]
            WHEN regexp_matches(cell, $irregular) THEN list_transform(
                regexp_split_to_array(
                    regexp_replace(regexp_replace(cell, $index, '', 'g'), $glue, '\1:', 'g'), $separators
                ),
                lambda token: rtrim(token, ';,')
            )
            ELSE string_split(cell, ' ')
        END,
        lambda token: CASE
            WHEN starts_with(token, 'omid:') OR starts_with(token, 'openalex:') THEN ''
            WHEN starts_with(token, 'doi:') AND regexp_full_match(substr(token, 5), $plain_doi) THEN lower(token)
            WHEN starts_with(token, 'pmid:') AND regexp_full_match(substr(token, 6), '[1-9][0-9]{0,8}')
                THEN 'pubmed:' || substr(token, 6)
            WHEN regexp_full_match(token, '0*[1-9][0-9]{0,8}') AND token = cell THEN 'pubmed:' || ltrim(token, '0')
            WHEN regexp_full_match(token, '[0-9]+') THEN NULL
            WHEN regexp_full_match(token, $other) THEN ''
            WHEN regexp_full_match(token, $pmc) THEN 'pmc:PMC' || regexp_extract(token, $pmc, 1)
            WHEN regexp_full_match(token, $pubmed) THEN 'pubmed:' || regexp_extract(token, $pubmed, 1)
            WHEN regexp_full_match(token, $doi) THEN 'doi:' || replace(replace(url_encode(lower(
                CASE
                    WHEN regexp_matches(token, $doi_address) THEN TRY(url_decode(regexp_extract(token, $doi, 1)))
                    ELSE regexp_extract(token, $doi, 1)
                END
            )), '%2F', '/'), '%3A', ':')
        END
    )], lambda ids: CASE
        WHEN list_count(ids) < len(ids) THEN NULL
        WHEN len(ids) = 1 AND ids[1] <> '' THEN ids
        ELSE list_concat(
            list_filter(ids, lambda id: starts_with(id, 'pmc:')),
            list_concat(
                list_filter(ids, lambda id: starts_with(id, 'pubmed:')),
                list_filter(ids, lambda id: starts_with(id, 'doi:'))
            )
        )
    END)[1]
END) AS ids
FROM (
    SELECT list_transform($columns, lambda cell: trim(COALESCE(cell, ''), $blanks)) AS given
    FROM read_csv(
        $path, auto_detect = false, header = $header, delim = $delimiter, quote = $quote, escape = $quote,
        columns = $types, compression = $compression, parallel = $parallel, null_padding = true,
        strict_mode = false, store_rejects = true
    )
) AS texts

-- name: reject_errors (python)
-- A table that DuckDB adds while it reads a file: one row for each fault of a line that it cannot split into cells.

-- name: rejected_rows (table)
-- reads: reject_errors
-- The lines that DuckDB cannot split into cells, because they are not UTF-8 or too long.
SELECT DISTINCT line FROM reject_errors

-- name: wanted_papers (table)
-- reads: build_papers
-- The identifiers whose other forms are looked for in a map: the PMCIDs of the build. Python appends the identifiers of
-- papers outside the build that citations name, and reads the maps again.
SELECT DISTINCT paper_id AS id FROM build_papers

-- name: ids_read (table)
-- reads: wanted_papers
-- The rows of one map about the papers that are looked for: a PMCID and another identifier of the paper. And the number of
-- cells that are no identifier (`bad`) or about other papers.
SELECT
    status, COUNT(*) AS rows, MIN(text, 10) FILTER (WHERE status = 'bad') AS examples,
    CASE WHEN status = 'used' THEN paper_id END AS paper_id, CASE WHEN status = 'used' THEN other_id END AS other_id
FROM (
    SELECT
        text, paper[1] AS paper_id, other[1] AS other_id,
        CASE
            WHEN paper IS NULL OR other IS NULL OR NOT starts_with(COALESCE(paper[1], 'pmc:'), 'pmc:') THEN 'bad'
            WHEN len(paper) = 0 OR len(other) = 0 THEN 'absent'
            WHEN paper[1] IN (SELECT id FROM wanted_papers) OR other[1] IN (SELECT id FROM wanted_papers) THEN 'used'
            ELSE 'absent'
        END AS status
    FROM (
        SELECT array_to_string(given, chr(31)) AS text, ids[1] AS paper, ids[place] AS other
        FROM (SELECT given, ids, unnest(range(2, len(given) + 1)) AS place FROM ($cells) AS cells) AS places
        WHERE given[1] NOT IN ('', '0', 'NA') AND given[place] NOT IN ('', '0', 'NA')
    ) AS pairs
) AS judged
GROUP BY ALL

-- name: known_papers (table)
-- reads: build_papers
-- One row for each identifier. Where it belongs to several papers, the first counts.
SELECT id, MIN(paper_id) AS paper_id FROM build_papers GROUP BY id

-- name: citations_read (table)
-- reads: known_papers
-- The citations of one table in which a paper of the build cites or is cited, and the number of its other rows: `bad`,
-- with ten examples, `other` (an end has identifiers of other kinds only) and `absent` (neither paper is of the build).
SELECT
    status, COUNT(*) AS rows, MIN(text, 10) FILTER (WHERE status = 'bad') AS examples,
    CASE WHEN status = 'used' THEN citing_id END AS citing_id, CASE WHEN status = 'used' THEN cited_id END AS cited_id
FROM (
    SELECT
        text, citing_id, cited_id,
        CASE
            WHEN citing IS NULL OR cited IS NULL OR citing_id = cited_id THEN 'bad'
            WHEN len(citing) = 0 OR len(cited) = 0 THEN 'other'
            WHEN NOT of_build THEN 'absent'
            ELSE 'used'
        END AS status
    FROM (
        SELECT
            text, citing, cited,
            COALESCE(a.paper_id, b.paper_id, c.paper_id, citing[1]) AS citing_id,
            COALESCE(d.paper_id, e.paper_id, f.paper_id, cited[1]) AS cited_id,
            COALESCE(a.id, b.id, c.id, d.id, e.id, f.id) IS NOT NULL AS of_build
        FROM (
            SELECT array_to_string(given, chr(31)) AS text, ids[1] AS citing, ids[2] AS cited
            FROM ($cells) AS cells WHERE given <> ['', '']
        ) AS ends
        LEFT JOIN known_papers AS a ON a.id = citing[1]
        LEFT JOIN known_papers AS b ON b.id = citing[2]
        LEFT JOIN known_papers AS c ON c.id = citing[3]
        LEFT JOIN known_papers AS d ON d.id = cited[1]
        LEFT JOIN known_papers AS e ON e.id = cited[2]
        LEFT JOIN known_papers AS f ON f.id = cited[3]
    ) AS named
) AS judged
GROUP BY ALL
