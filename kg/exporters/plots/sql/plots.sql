-- The numbers of the plots. `passing_entities` and `candidate_pairs` depend on the filters, so that Python creates them.

-- name: figures_by_year (rows)
-- reads: figures, mentions, entities
-- One row for each year of publication: figures, and their mentions by category of the entity.
SELECT
    f.year, COUNT(*) AS figures, CAST(SUM(COALESCE(m.mentions, 0)) AS BIGINT) AS mentions,
    CAST(SUM(COALESCE(m.gene, 0)) AS BIGINT) AS gene, CAST(SUM(COALESCE(m.family, 0)) AS BIGINT) AS family,
    CAST(SUM(COALESCE(m.chemical, 0)) AS BIGINT) AS chemical, CAST(SUM(COALESCE(m.disease, 0)) AS BIGINT) AS disease,
    CAST(SUM(COALESCE(m.unknown, 0)) AS BIGINT) AS unknown
FROM figures AS f
LEFT JOIN (
    SELECT
        r.figure_id, COUNT(*) AS mentions, COUNT(*) FILTER (e.category = 'gene') AS gene,
        COUNT(*) FILTER (e.category = 'family') AS family, COUNT(*) FILTER (e.category = 'chemical') AS chemical,
        COUNT(*) FILTER (e.category = 'disease') AS disease, COUNT(*) FILTER (e.category = 'unknown') AS unknown
    FROM mentions AS r JOIN entities AS e ON e.entity_id = r.entity_id
    GROUP BY r.figure_id
) AS m ON m.figure_id = f.figure_id
WHERE f.year IS NOT NULL
GROUP BY f.year
ORDER BY f.year

-- name: words_by_genes (rows)
-- reads: words
-- One row for each number of genes that a word of genes stands for: the number of words, and the most drawn one.
SELECT
    entities AS genes, COUNT(*) AS words, first(word ORDER BY figures DESC, word_id) AS most_drawn,
    MAX(figures) AS its_figures
FROM words
WHERE category = 'gene'
GROUP BY entities
ORDER BY entities

-- name: passing_entities (python)
-- reads: entities
-- The entities that pass the filters, and the entity in the middle.

-- name: entities_by_figures (rows)
-- reads: passing_entities
-- One row for each category and number of figures: the entities in that many, and the rank of the last of them.
SELECT
    category, figures, COUNT(*) AS entities,
    CAST(SUM(COUNT(*)) OVER (PARTITION BY category ORDER BY figures DESC) AS BIGINT) AS rank
FROM passing_entities
GROUP BY category, figures
ORDER BY category, figures DESC

-- name: passing_pairs (python)
-- reads: cooccurrences, passing_entities
-- The pairs that pass the filters, as kg/graph/sql/probable.sql counts them where a probability is asked for.

-- name: candidate_pairs (python)
-- reads: passing_pairs
-- The same pairs. `strength` orders them, then `tie`.

-- name: strongest_ends (rows)
-- reads: candidate_pairs
-- The `top` ends of the strongest pairs. Sums are of decimals, because a sum of doubles depends on their order.
SELECT entity_id
FROM (
    SELECT subject_id AS entity_id, CAST(strength AS DECIMAL(18, 9)) AS strength FROM candidate_pairs
    UNION ALL
    SELECT object_id AS entity_id, CAST(strength AS DECIMAL(18, 9)) AS strength FROM candidate_pairs
)
GROUP BY entity_id
ORDER BY MAX(strength) DESC, SUM(strength) DESC, entity_id
LIMIT $top

-- name: pairs_of_ends (rows)
-- reads: candidate_pairs, strongest_ends
-- The pairs of a heatmap: all among the strongest ends.
SELECT * FROM candidate_pairs
WHERE subject_id IN (SELECT entity_id FROM strongest_ends) AND object_id IN (SELECT entity_id FROM strongest_ends)

-- name: strongest_pairs (rows)
-- reads: candidate_pairs
-- The pairs of a network: the `top` strongest.
SELECT * FROM candidate_pairs ORDER BY strength DESC, tie DESC, subject_id, object_id LIMIT $top

-- name: partner_count (rows)
-- reads: candidate_pairs
-- The number of partners of the entity in the middle.
SELECT COUNT(*) AS partners FROM candidate_pairs WHERE $center IN (subject_id, object_id)

-- name: partner_pairs (rows)
-- reads: candidate_pairs
-- The `top` strongest pairs of the entity in the middle.
SELECT * FROM candidate_pairs WHERE $center IN (subject_id, object_id)
ORDER BY strength DESC, tie DESC, subject_id, object_id
LIMIT $top

-- name: pairs_of_partners (rows)
-- reads: candidate_pairs, partner_pairs
-- The `top` strongest pairs among these partners.
SELECT * FROM candidate_pairs
WHERE NOT $center IN (subject_id, object_id)
    AND subject_id IN (SELECT subject_id FROM partner_pairs UNION SELECT object_id FROM partner_pairs)
    AND object_id IN (SELECT subject_id FROM partner_pairs UNION SELECT object_id FROM partner_pairs)
ORDER BY strength DESC, tie DESC, subject_id, object_id
LIMIT $top

-- name: drawn_pairs (python)
-- reads: pairs_of_ends, strongest_pairs, partner_pairs, pairs_of_partners
-- The pairs of the plot.

-- name: pairs_with_names (rows)
-- reads: drawn_pairs, entities
-- One row for each pair of the plot, the strongest first, with the names of its ends.
SELECT
    p.subject_id, s.name AS subject, p.subject_category, p.object_id, o.name AS object, p.object_category,
    p.weight, p.figures, p.figures_synonyms, p.figures_strict, p.papers
FROM drawn_pairs AS p
JOIN entities AS s ON s.entity_id = p.subject_id
JOIN entities AS o ON o.entity_id = p.object_id
ORDER BY p.strength DESC, p.tie DESC, p.subject_id, p.object_id

-- name: center_entity (rows)
-- reads: entities
-- The entity in the middle of a neighbourhood: the one with the identifier, or the most drawn one for an empty text.
SELECT entity_id, name FROM entities WHERE $entity_id IN ('', entity_id)
ORDER BY figures DESC, papers DESC, entity_id
LIMIT 1
