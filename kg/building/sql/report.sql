-- The lines of the build report.

-- name: problems (rows)
-- reads: raw_problems
-- The errors, warnings and notes of the parsers.
SELECT DISTINCT severity, code, file, line, message FROM raw_problems

-- name: duplicates (rows)
-- reads: versions
-- Records and sidecar tables that another file had given before; `same`: with the same content.
SELECT name, first_name, figure_id, category, digest = first_digest AS same
FROM versions WHERE version > 1 AND NOT of_sets
ORDER BY name, figure_id, category

-- name: oversized_figures (rows)
-- reads: mentions, figures
-- Figures with more than $max_entities entities of their record, whose pairs are not counted.
SELECT m.figure_id, f.source_file, COUNT(DISTINCT m.entity_id) AS entities
FROM mentions AS m JOIN figures AS f ON f.figure_id = m.figure_id
WHERE m.origin <> 'reread'
GROUP BY m.figure_id, f.source_file
HAVING COUNT(DISTINCT m.entity_id) > $max_entities
ORDER BY m.figure_id

-- name: left_out_genes (rows)
-- reads: found_entities, entities
-- One row for each organism whose genes and families are left out of the build, with their number.
SELECT COALESCE(taxon, 'unknown') AS taxon, COUNT(*) AS genes
FROM found_entities
WHERE entity_id NOT IN (SELECT entity_id FROM entities)
GROUP BY COALESCE(taxon, 'unknown')
ORDER BY genes DESC, taxon

-- name: genes_by_taxon (rows)
-- reads: entities
-- One row for each organism, the one of most genes first, with its number of genes.
SELECT COALESCE(taxon, 'unknown') AS taxon, COUNT(*) AS genes
FROM entities WHERE category = 'gene'
GROUP BY COALESCE(taxon, 'unknown')
ORDER BY genes DESC, taxon

-- name: organism_names (python)
-- One row for each organism that kg has names of (`taxon`) and each of these, as records write it (`name`).

-- name: gene_organisms (rows)
-- reads: mentions, entities, figures, organism_names
-- One row for each answer to: does the record of a figure name the organism of its gene? A gene of a figure counts once.
-- The organisms of the paper count, because those of `organisms_ner` are the ones that the genes were matched with.
SELECT answer, COUNT(*) AS genes
FROM (
    SELECT
        CASE WHEN g.taxon IS NULL THEN 'unknown'
            WHEN f.organisms IS NULL OR CAST(f.organisms AS STRING) = '[]' THEN 'none'
            WHEN n.figure_id IS NOT NULL THEN 'named'
            WHEN g.taxon NOT IN (SELECT taxon FROM organism_names) THEN 'unnamed'
            ELSE 'other' END AS answer
    FROM (
        SELECT DISTINCT m.figure_id, m.entity_id, e.taxon
        FROM mentions AS m JOIN entities AS e ON e.entity_id = m.entity_id
        WHERE e.category = 'gene'
    ) AS g
    JOIN figures AS f ON f.figure_id = g.figure_id
    LEFT JOIN (
        SELECT DISTINCT f.figure_id, o.taxon
        FROM figures AS f JOIN organism_names AS o ON ARRAY_CONTAINS(f.organisms, o.name)
    ) AS n ON n.figure_id = g.figure_id AND n.taxon = g.taxon
) AS answers
GROUP BY answer
ORDER BY answer

-- name: ungrounded_entities (rows)
-- reads: entities, mentions, figures
-- Entities without an identifier, the most frequent first, with a file that mentions them.
SELECT e.name, e.category, e.figures, MIN(f.source_file) AS source_file
FROM entities AS e
JOIN mentions AS m ON m.entity_id = e.entity_id
JOIN figures AS f ON f.figure_id = m.figure_id
WHERE e.id_status = 'none'
GROUP BY e.entity_id, e.name, e.category, e.figures
ORDER BY e.figures DESC, e.entity_id
