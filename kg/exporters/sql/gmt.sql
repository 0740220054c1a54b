-- Gene sets in GMT: the members of all sets, then the sets of one kind and flavour, then the table about the sets.

-- name: gmt_members (table)
-- reads: mentions, entities
-- One row for each figure and possible member of its sets, of a probability of $least or more. `kind`: 1 NCBI Gene identifiers, 2 gene symbols,
-- 3 chemicals, 4 diseases. `flavour` is the narrowest with this member: 1 strict, 2 synonyms, 3 all. Members sort by
-- `width` first, so that numbers are in numeric order.
SELECT
    m.figure_id, e.kind, e.taxon, e.member, e.width,
    MIN(CASE m.flavour WHEN 'strict' THEN 1 WHEN 'synonyms' THEN 2 ELSE 3 END) AS flavour
FROM mentions AS m
JOIN (
    SELECT entity_id, 1 AS kind, COALESCE(taxon, '') AS taxon, split_part(entity_id, ':', 2) AS member,
        LENGTH(entity_id) AS width
    FROM entities WHERE category = 'gene' AND entity_id LIKE 'ncbigene:%'
    UNION ALL
    SELECT entity_id, 2, COALESCE(taxon, ''), TRIM(regexp_replace(name, '\s+', ' ', 'g')), 0
    FROM entities WHERE category = 'gene' AND NOT regexp_matches(name, '^(\s*|(?i:ncbigene:)?[0-9]+)$$')
    UNION ALL
    SELECT entity_id, CASE category WHEN 'chemical' THEN 3 ELSE 4 END, '',
        CONCAT(UPPER(split_part(entity_id, ':', 1)), ':', split_part(entity_id, ':', 2)), LENGTH(entity_id)
    FROM entities
    WHERE (category = 'chemical' AND split_part(entity_id, ':', 1) IN ('chebi', 'mesh'))
        OR (category = 'disease' AND split_part(entity_id, ':', 1) IN ('doid', 'mesh'))
) AS e ON e.entity_id = m.entity_id
WHERE m.probability >= $least
GROUP BY m.figure_id, e.kind, e.taxon, e.member, e.width

-- name: gmt_sets (rows)
-- reads: gmt_members, figures, papers
-- One row for each set of a kind and flavour with at least `least` members, sorted by organism and figure.
SELECT s.taxon, s.figure_id, COALESCE(f.title, p.title) AS title, s.members
FROM (
    SELECT taxon, figure_id, string_agg(member, chr(9) ORDER BY width, member) AS members
    FROM gmt_members
    WHERE kind = $kind AND flavour <= $flavour
    GROUP BY taxon, figure_id
    HAVING COUNT(*) >= $least
) AS s
JOIN figures AS f ON f.figure_id = s.figure_id
LEFT JOIN papers AS p ON p.paper_id = f.paper_id
ORDER BY s.taxon, s.figure_id

-- name: gmt_metadata (rows)
-- reads: gmt_members, figures, papers
-- One row for each figure with a set, with the sizes of its sets over all organisms.
SELECT
    f.figure_id, f.alias, f.title, f.paper_id, p.title AS paper_title, p.doi, f.year, s.taxa,
    s.genes_strict, s.genes_synonyms, s.genes_all, s.chemicals, s.diseases, f.url
FROM (
    SELECT
        figure_id,
        string_agg(CASE WHEN kind < 3 THEN taxon END, '|' ORDER BY taxon) AS taxa,
        CAST(SUM(CASE WHEN kind = 1 THEN strict ELSE 0 END) AS INT) AS genes_strict,
        CAST(SUM(CASE WHEN kind = 1 THEN synonyms ELSE 0 END) AS INT) AS genes_synonyms,
        CAST(SUM(CASE WHEN kind = 1 THEN size ELSE 0 END) AS INT) AS genes_all,
        CAST(SUM(CASE WHEN kind = 3 THEN size ELSE 0 END) AS INT) AS chemicals,
        CAST(SUM(CASE WHEN kind = 4 THEN size ELSE 0 END) AS INT) AS diseases
    FROM (
        SELECT figure_id, kind, taxon, COUNT(*) AS size,
            COUNT(CASE WHEN flavour = 1 THEN 1 END) AS strict, COUNT(CASE WHEN flavour <= 2 THEN 1 END) AS synonyms
        FROM gmt_members GROUP BY figure_id, kind, taxon
    ) AS sizes
    GROUP BY figure_id
    HAVING MAX(CASE WHEN size >= CASE kind WHEN 4 THEN $least_diseases ELSE $least END THEN 1 ELSE 0 END) = 1
) AS s
JOIN figures AS f ON f.figure_id = s.figure_id
LEFT JOIN papers AS p ON p.paper_id = f.paper_id
ORDER BY f.figure_id
