-- Readings to entities. The lexicon has grounded the texts and joined the identifiers before.

-- name: lexicon_readings (python)
-- reads: texts_to_ground, given_identifiers
-- One row for each text and each entity that the lexicon or a mapping file reads it as, with a priority.

-- name: lexicon_xrefs (python)
-- reads: texts_to_ground, given_identifiers
-- One row for each other identifier that the lexicon or a mapping file gives an entity.

-- name: lexicon_terms (python)
-- reads: texts_to_ground, given_identifiers
-- One row for each entity that the lexicon has, with its name.

-- name: identity (python)
-- reads: texts_to_ground, given_identifiers
-- One row for each identifier (`other_id`) that another one (`entity_id`) stands for.

-- name: organism_genes (python)
-- reads: organism_texts
-- One row for each text that names a gene of the organisms (`organisms`) of a record without the human.

-- name: identified (view)
-- reads: readings, identity
-- Readings with the one identifier that stands for the entity; `given_id` is the identifier of the record.
SELECT
    r.figure_id, r.origin, r.category, r.position, r.keyword, r.name, r.word, r.match, r.source, r.flavour, r.taxon,
    COALESCE(i.entity_id, r.entity_id) AS entity_id, r.entity_id AS given_id, r.xref
FROM readings AS r
LEFT JOIN identity AS i ON i.other_id = r.entity_id

-- name: learned (table)
-- reads: identified, texts_to_ground
-- One row for each text to ground that has the same identifier wherever the build's records give one.
SELECT category, keyword AS text, category AS found_category, MIN(entity_id) AS entity_id,
    MIN(name) AS name, MIN(taxon) AS taxon
FROM identified WHERE entity_id IS NOT NULL AND keyword IN (SELECT text FROM texts_to_ground)
GROUP BY category, keyword
HAVING MIN(entity_id) = MAX(entity_id)
UNION ALL
SELECT 'unknown' AS category, keyword AS text, MIN(category) AS found_category, MIN(entity_id) AS entity_id,
    MIN(name) AS name, MIN(taxon) AS taxon
FROM identified WHERE entity_id IS NOT NULL AND keyword IN (SELECT text FROM texts_to_ground)
GROUP BY keyword
HAVING MIN(entity_id) = MAX(entity_id)

-- name: grounding (table)
-- reads: lexicon_readings, learned, texts_to_ground
-- One entity for each text and category, the one of the first priority: a mapping file (0), an approved symbol (1), the
-- name of a chemical or disease (2), the build's records (3), an unambiguous alias (4), a word learned from another
-- corpus (5), else the text itself (9). `human` is false for figures of other organisms, where a bare symbol is no
-- human gene.
SELECT category, text, human, found_category, entity_id, name, taxon, id_status, priority
FROM (
    SELECT *, ROW_NUMBER() OVER (PARTITION BY category, text, human ORDER BY priority, entity_id) AS place
    FROM (
        SELECT category, text, found_category, entity_id, name, taxon, id_status, priority FROM lexicon_readings
        UNION ALL
        SELECT l.category, l.text, l.found_category, l.entity_id, l.name, l.taxon, 'learned' AS id_status, 3 AS priority
        FROM learned AS l JOIN texts_to_ground AS w ON w.category = l.category AND w.text = l.text
    ) AS every_reading
    CROSS JOIN (SELECT TRUE AS human UNION ALL SELECT FALSE AS human) AS figures
    WHERE human OR priority = 0 OR taxon IS NULL OR taxon <> 'ncbitaxon:9606'
) AS ranked
WHERE place = 1

-- name: resolved (table)
-- reads: identified, other_organism_figures, organism_genes, grounding
-- drops: identified, readings, learned, grounding, organism_genes, organism_texts, texts_to_ground, given_identifiers
-- Every reading with its entity: the identifier of the record or, without one, the grounding of the text. In figures of
-- other organisms a gene of theirs counts if its priority is not behind.
SELECT
    r.figure_id, r.origin, r.position, r.keyword, r.word, r.match, r.source, r.flavour, r.given_id, r.xref,
    COALESCE(r.entity_id, n.entity_id, g.entity_id) AS entity_id,
    CASE WHEN r.entity_id IS NOT NULL THEN r.category WHEN n.entity_id IS NOT NULL THEN 'gene'
        ELSE g.found_category END AS category,
    CASE WHEN r.entity_id IS NOT NULL THEN r.name WHEN n.entity_id IS NOT NULL THEN n.name ELSE g.name END AS name,
    CASE WHEN r.entity_id IS NOT NULL THEN r.taxon WHEN n.entity_id IS NOT NULL THEN n.taxon ELSE g.taxon END AS taxon,
    CASE WHEN r.entity_id IS NOT NULL THEN 'given' WHEN n.entity_id IS NOT NULL THEN 'lexicon'
        ELSE g.id_status END AS id_status
FROM identified AS r
LEFT JOIN other_organism_figures AS o ON o.figure_id = r.figure_id
LEFT JOIN grounding AS g
    ON r.entity_id IS NULL AND g.category = r.category AND g.text = r.keyword AND g.human = (o.figure_id IS NULL)
LEFT JOIN organism_genes AS n
    ON r.entity_id IS NULL AND r.category IN ('gene', 'unknown') AND n.organisms = o.organisms AND n.text = r.keyword
    AND n.priority <= g.priority
