-- The reports on nodes and edges that sites of knowledge graphs read: how many there are of each kind. Categories and
-- prefixes are ours; Python replaces them by those of the Biolink model.

-- name: node_report (rows)
-- reads: figures, papers, entities
-- One row for each prefix, category and organism of nodes.
SELECT namespace, category, in_taxon, COUNT(*) AS count
FROM (
    SELECT split_part(figure_id, ':', 1) AS namespace, 'figure' AS category, CAST(NULL AS VARCHAR) AS in_taxon
    FROM figures
    UNION ALL
    SELECT split_part(paper_id, ':', 1), 'paper', NULL FROM papers
    UNION ALL
    SELECT split_part(entity_id, ':', 1), category, taxon FROM entities
) AS nodes
GROUP BY namespace, category, in_taxon
ORDER BY namespace, category, in_taxon NULLS FIRST

-- name: edge_report (rows)
-- reads: figures, mentions, citations, members, cooccurrences, entities
-- One row for each kind of edge, as the edges of KGX are. Pairs are those of $least figures or more. The gene is the
-- subject of a pair of gene and disease.
SELECT subject_category, subject_namespace, subject_taxon, predicate, object_category, object_namespace, object_taxon,
    species, COUNT(*) AS count
FROM (
    SELECT 'figure' AS subject_category, split_part(figure_id, ':', 1) AS subject_namespace,
        CAST(NULL AS VARCHAR) AS subject_taxon, 'part' AS predicate, 'paper' AS object_category,
        split_part(paper_id, ':', 1) AS object_namespace, CAST(NULL AS VARCHAR) AS object_taxon,
        CAST(NULL AS VARCHAR) AS species
    FROM figures
    UNION ALL
    SELECT 'figure', split_part(m.figure_id, ':', 1), NULL, 'mentions', e.category, split_part(e.entity_id, ':', 1),
        e.taxon, NULL
    FROM (SELECT DISTINCT figure_id, entity_id FROM mentions) AS m
    JOIN entities AS e ON e.entity_id = m.entity_id
    UNION ALL
    SELECT 'paper', split_part(citing_id, ':', 1), NULL, 'cites', 'paper', split_part(cited_id, ':', 1), NULL, NULL
    FROM citations WHERE kind = 'reference'
    UNION ALL
    SELECT g.category, split_part(g.entity_id, ':', 1), g.taxon, 'member', f.category, split_part(f.entity_id, ':', 1),
        f.taxon, NULL
    FROM members AS m
    JOIN entities AS g ON g.entity_id = m.entity_id
    JOIN entities AS f ON f.entity_id = m.family_id
    UNION ALL
    SELECT s.category, split_part(s.entity_id, ':', 1), s.taxon,
        CASE WHEN c.published THEN 'published' ELSE 'pair' END, o.category, split_part(o.entity_id, ':', 1), o.taxon,
        c.taxon
    FROM (
        SELECT taxon, coalesce(papers >= $papers AND npmi > 0 AND q <= $q, FALSE) AS published,
            CASE WHEN subject_category = 'disease' AND object_category = 'gene' THEN object_id ELSE subject_id END
                AS subject_id,
            CASE WHEN subject_category = 'disease' AND object_category = 'gene' THEN subject_id ELSE object_id END
                AS object_id
        FROM cooccurrences WHERE figures >= $least
    ) AS c
    JOIN entities AS s ON s.entity_id = c.subject_id
    JOIN entities AS o ON o.entity_id = c.object_id
) AS edges
GROUP BY subject_category, subject_namespace, subject_taxon, predicate, object_category, object_namespace,
    object_taxon, species
ORDER BY subject_category, subject_namespace, subject_taxon NULLS FIRST, predicate, object_category, object_namespace,
    object_taxon NULLS FIRST, species NULLS FIRST
