-- Every figure cites the paper it is part of; papers cite papers as the citation tables say.
SELECT figure_id AS citing_id, paper_id AS cited_id, 'source_document' AS kind FROM known_figures
UNION ALL
SELECT DISTINCT citing_id, cited_id, 'reference' AS kind
FROM (
    SELECT COALESCE(a.paper_id, c.citing_id) AS citing_id, COALESCE(b.paper_id, c.cited_id) AS cited_id
    FROM raw_citations AS c
    LEFT JOIN paper_names AS a ON a.other_id = c.citing_id
    LEFT JOIN paper_names AS b ON b.other_id = c.cited_id
) AS named
WHERE citing_id <> cited_id
