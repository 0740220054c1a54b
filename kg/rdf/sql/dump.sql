-- The rows of an RDF dump. Each row of a `rows` statement is one subject with everything that the dump says about it.

-- name: rdf_pairs (table)
-- reads: cooccurrences
-- One row for each pair of entities that RDF holds: pairs of at least $min_figures figures, if their layer is written.
SELECT * FROM cooccurrences WHERE figures >= $min_figures AND 'cooccurrences' IN ($layers)

-- name: rdf_word_pairs (table)
-- reads: word_cooccurrences
-- One row for each pair of words that RDF holds, likewise.
SELECT * FROM word_cooccurrences WHERE figures >= $min_figures AND 'terms' IN ($layers)

-- name: figures (rows)
-- reads: figures, mentions, entities
-- One row for each figure, with the entities that it mentions, and the organisms of these. A doubtful reading is no
-- mention here; with `--readings record` no reading is doubtful.
SELECT f.*, m.entities, m.taxa
FROM figures AS f
LEFT JOIN (
    SELECT m.figure_id, array_sort(array_agg(DISTINCT m.entity_id)) AS entities,
        array_sort(array_agg(DISTINCT e.taxon) FILTER (WHERE e.taxon IS NOT NULL)) AS taxa
    FROM mentions AS m JOIN entities AS e ON e.entity_id = m.entity_id
    WHERE m.reading <> 'doubtful'
    GROUP BY m.figure_id
) AS m ON m.figure_id = f.figure_id
ORDER BY f.figure_id

-- name: papers (rows)
-- reads: papers, citations
-- One row for each paper, with the papers that it cites.
SELECT p.*, c.cited
FROM papers AS p
LEFT JOIN (
    SELECT citing_id, array_sort(array_agg(DISTINCT cited_id)) AS cited
    FROM citations WHERE kind = 'reference' GROUP BY citing_id
) AS c ON c.citing_id = p.paper_id
ORDER BY p.paper_id

-- name: entities (rows)
-- reads: entities, rdf_pairs, members
-- One row for each entity, with the entities that it co-occurs with in either direction and the genes of a family.
-- A cross-reference that two entities share identifies neither, so that it is a close match of both.
SELECT e.*, p.partners, f.members,
    list_filter(e.xrefs, lambda xref: NOT list_contains(s.shared, xref)) AS exact,
    list_filter(e.xrefs, lambda xref: list_contains(s.shared, xref)) AS close
FROM entities AS e
CROSS JOIN (
    SELECT coalesce(list(xref), CAST([] AS VARCHAR[])) AS shared
    FROM (SELECT xref FROM (SELECT unnest(xrefs) AS xref FROM entities) GROUP BY xref HAVING COUNT(*) > 1)
) AS s
LEFT JOIN (
    SELECT entity_id, list(partner ORDER BY partner) AS partners
    FROM (
        SELECT subject_id AS entity_id, object_id AS partner FROM rdf_pairs
        UNION ALL
        SELECT object_id AS entity_id, subject_id AS partner FROM rdf_pairs
    )
    GROUP BY entity_id
) AS p ON p.entity_id = e.entity_id
LEFT JOIN (
    SELECT family_id, list(entity_id ORDER BY entity_id) AS members FROM members GROUP BY family_id
) AS f ON f.family_id = e.entity_id
ORDER BY e.entity_id

-- name: entities (rows, spark)
-- reads: entities, rdf_pairs, members
-- The same with Spark's functions for lists.
SELECT e.*, p.partners, f.members,
    FILTER(e.xrefs, xref -> NOT ARRAY_CONTAINS(s.shared, xref)) AS exact,
    FILTER(e.xrefs, xref -> ARRAY_CONTAINS(s.shared, xref)) AS close
FROM entities AS e
CROSS JOIN (
    SELECT ARRAY_AGG(xref) AS shared
    FROM (SELECT xref FROM (SELECT EXPLODE(xrefs) AS xref FROM entities) GROUP BY xref HAVING COUNT(*) > 1)
) AS s
LEFT JOIN (
    SELECT entity_id, ARRAY_SORT(ARRAY_AGG(partner)) AS partners
    FROM (
        SELECT subject_id AS entity_id, object_id AS partner FROM rdf_pairs
        UNION ALL
        SELECT object_id AS entity_id, subject_id AS partner FROM rdf_pairs
    )
    GROUP BY entity_id
) AS p ON p.entity_id = e.entity_id
LEFT JOIN (
    SELECT family_id, ARRAY_SORT(ARRAY_AGG(entity_id)) AS members FROM members GROUP BY family_id
) AS f ON f.family_id = e.entity_id
ORDER BY e.entity_id

-- name: associations (rows)
-- reads: rdf_pairs
-- One row for each pair of entities.
SELECT * FROM rdf_pairs ORDER BY subject_id, object_id

-- name: words (rows)
-- reads: mentions, entities, word_readings
-- One row for each word drawn in each figure, by normal form, with the entities that it likely means there. The size of
-- an expansion and its lexicons are those of the record. The size leaves out a family, because the family stands for the
-- genes that are counted. `origin` is `reread` where the record lacks an entity that the word likely means. A word in
-- doubt has the entities of its readings, and the probability and share of the most probable one.
SELECT w.*, d.probability, d.share, d.candidates
FROM (
    SELECT
        m.figure_id, m.match, min(m.word_status) AS word_status,
        array_sort(array_agg(DISTINCT m.entity_id) FILTER (WHERE m.reading <> 'doubtful')) AS entities,
        count(DISTINCT m.entity_id) FILTER (WHERE e.category <> 'family' AND m.origin <> 'reread') AS size,
        array_sort(array_agg(DISTINCT m.word) FILTER (WHERE m.word IS NOT NULL)) AS words,
        array_sort(array_agg(DISTINCT m.source) FILTER (WHERE m.source IS NOT NULL AND m.origin <> 'reread')) AS sources,
        min(m.origin) FILTER (WHERE m.origin = 'reread' AND m.reading <> 'doubtful') AS origin
    FROM mentions AS m
    JOIN entities AS e ON e.entity_id = m.entity_id
    WHERE m.match IS NOT NULL
    GROUP BY m.figure_id, m.match
) AS w
LEFT JOIN (
    SELECT figure_id, match, array_sort(array_agg(entity_id)) AS candidates,
        max(probability) AS probability, max(CASE WHEN place = 1 THEN probability / members END) AS share
    FROM (
        SELECT figure_id, match, entity_id, probability, members,
            ROW_NUMBER() OVER (PARTITION BY figure_id, match ORDER BY probability DESC, entity_id) AS place
        FROM word_readings
    ) AS placed
    GROUP BY figure_id, match
) AS d ON d.figure_id = w.figure_id AND d.match = w.match
ORDER BY w.figure_id, w.match

-- name: candidates (rows)
-- reads: word_readings
-- One row for each figure, word in doubt and reading that the word may have there.
SELECT * FROM word_readings ORDER BY figure_id, match, entity_id

-- name: terms (rows)
-- reads: words
-- One row for each word of the build, over all figures: the layer `terms`.
SELECT * FROM words ORDER BY word_id

-- name: term_associations (rows)
-- reads: rdf_word_pairs
-- One row for each pair of words.
SELECT * FROM rdf_word_pairs ORDER BY subject_id, object_id
