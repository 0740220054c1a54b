-- The rows of an RDF dump. Each row of a `rows` statement is one subject with everything that the dump says about it.

-- name: rdf_entities (table)
-- reads: entities
-- One row for each entity: its number in the order of identifiers, and its name or, where it has none, its identifier.
-- Tables of pairs have the numbers of their ends, because these are joined, grouped and sorted faster than texts.
SELECT entity_id, category, coalesce(nullif(name, ''), entity_id) AS label,
    CAST(ROW_NUMBER() OVER (ORDER BY entity_id) AS INTEGER) AS number
FROM entities

-- name: rdf_pairs (table)
-- reads: cooccurrences, rdf_entities
-- One row for each pair of entities that RDF holds: pairs of at least $min_figures figures, if their layer is written.
-- `published` is TRUE for a pair whose association RDF claims by the term of the Biolink model. Columns of the full form
-- are NULL in the lean one, because to read them takes half the time.
SELECT s.number AS subject_number, o.number AS object_number, c.figures, c.figures_all, c.papers, c.weight, c.npmi, c.q,
    CASE WHEN $full = 1 THEN c.figures_synonyms END AS figures_synonyms,
    CASE WHEN $full = 1 THEN c.figures_strict END AS figures_strict,
    CASE WHEN $full = 1 THEN c.first_year END AS first_year, CASE WHEN $full = 1 THEN c.last_year END AS last_year,
    CASE WHEN $full = 1 THEN c.expected END AS expected, CASE WHEN $full = 1 THEN c.jaccard END AS jaccard,
    CASE WHEN $full = 1 THEN c.log10_p END AS log10_p, concat(s.label, ' with ', o.label) AS label,
    coalesce(c.papers >= $publish_papers AND c.npmi > 0 AND c.q <= $publish_q, FALSE) AS published
FROM cooccurrences AS c
JOIN rdf_entities AS s ON s.entity_id = c.subject_id
JOIN rdf_entities AS o ON o.entity_id = c.object_id
WHERE c.figures >= $min_figures AND 'cooccurrences' IN ($layers)

-- name: rdf_word_pairs (table)
-- reads: word_cooccurrences, words
-- One row for each pair of words that RDF holds, likewise.
SELECT c.*, concat(coalesce(s.word, c.subject_id), ' with ', coalesce(o.word, c.object_id)) AS label,
    coalesce(c.papers >= $publish_papers AND c.npmi > 0 AND c.q <= $publish_q, FALSE) AS published
FROM word_cooccurrences AS c
LEFT JOIN words AS s ON s.word_id = c.subject_id
LEFT JOIN words AS o ON o.word_id = c.object_id
WHERE c.figures >= $min_figures AND 'terms' IN ($layers)

-- name: rdf_annotations (table)
-- reads: mentions, entities
-- One row for each word drawn in each figure, by normal form, with the entities that it likely means there. The size of
-- an expansion and its lexicons are those of the record. The size leaves out a family, because the family stands for the
-- genes that are counted. `origin` is `reread` where the record lacks an entity that the word likely means. `flavour` is
-- the place of the narrowest flavour: of the entities that the word likely means or, where it has none, of all. Lists
-- without members are NULL, because engines aggregate no rows differently.
-- Nine of ten annotations are one mention, whose values need no aggregation: to group all of them takes twice the time.
WITH repeated AS MATERIALIZED (
    SELECT figure_id, match FROM mentions WHERE match IS NOT NULL AND 'words' IN ($layers)
    GROUP BY figure_id, match HAVING count(*) > 1
),
drawn AS (
    SELECT m.figure_id, m.match, m.word_status, m.entity_id, m.word,
        m.reading <> 'doubtful' AS likely, m.origin = 'reread' AS reread,
        e.category <> 'family' AND m.origin <> 'reread' AS counted,
        CASE WHEN m.origin <> 'reread' THEN m.source END AS source,
        CASE m.flavour WHEN 'strict' THEN 1 WHEN 'synonyms' THEN 2 ELSE 3 END AS flavour
    FROM mentions AS m
    JOIN entities AS e ON e.entity_id = m.entity_id
    WHERE m.match IS NOT NULL AND 'words' IN ($layers)
)
SELECT figure_id, match, word_status, CASE WHEN likely THEN [entity_id] END AS entities,
    CAST(counted AS BIGINT) AS size, CASE WHEN word IS NOT NULL THEN [word] END AS words,
    word AS first_word, word AS last_word, CASE WHEN source IS NOT NULL THEN [source] END AS sources,
    CASE WHEN reread AND likely THEN 'reread' END AS origin, flavour
FROM drawn ANTI JOIN repeated USING (figure_id, match)
UNION ALL
SELECT figure_id, match, min(word_status) AS word_status,
    array_sort(array_distinct(array_agg(entity_id) FILTER (WHERE likely))) AS entities,
    count(DISTINCT entity_id) FILTER (WHERE counted) AS size,
    array_sort(array_distinct(array_agg(word) FILTER (WHERE word IS NOT NULL))) AS words,
    min(word) AS first_word, max(word) AS last_word,
    array_sort(array_distinct(array_agg(source) FILTER (WHERE source IS NOT NULL))) AS sources,
    CASE WHEN bool_or(reread AND likely) THEN 'reread' END AS origin,
    coalesce(min(flavour) FILTER (WHERE likely), min(flavour)) AS flavour
FROM drawn SEMI JOIN repeated USING (figure_id, match)
GROUP BY figure_id, match

-- name: rdf_annotations (table, spark)
-- reads: mentions, entities
-- The same, in one step.
SELECT
    m.figure_id, m.match, min(m.word_status) AS word_status,
    array_sort(array_distinct(array_agg(m.entity_id) FILTER (WHERE m.reading <> 'doubtful'))) AS entities,
    count(DISTINCT m.entity_id) FILTER (WHERE e.category <> 'family' AND m.origin <> 'reread') AS size,
    CASE WHEN count(m.word) > 0 THEN array_sort(array_distinct(array_agg(m.word) FILTER (WHERE m.word IS NOT NULL))) END
        AS words,
    min(m.word) AS first_word, max(m.word) AS last_word,
    CASE WHEN count(m.source) FILTER (WHERE m.origin <> 'reread') > 0 THEN
        array_sort(array_distinct(array_agg(m.source) FILTER (WHERE m.source IS NOT NULL AND m.origin <> 'reread')))
    END AS sources,
    min(m.origin) FILTER (WHERE m.origin = 'reread' AND m.reading <> 'doubtful') AS origin,
    coalesce(
        min(CASE m.flavour WHEN 'strict' THEN 1 WHEN 'synonyms' THEN 2 ELSE 3 END)
            FILTER (WHERE m.reading <> 'doubtful'),
        min(CASE m.flavour WHEN 'strict' THEN 1 WHEN 'synonyms' THEN 2 ELSE 3 END)
    ) AS flavour
FROM mentions AS m
JOIN entities AS e ON e.entity_id = m.entity_id
WHERE m.match IS NOT NULL AND 'words' IN ($layers)
GROUP BY m.figure_id, m.match

-- name: rdf_usual (table)
-- reads: rdf_annotations, mentions
-- One row for each word, with the value that most of its annotations have, the least of several. The lexicons and
-- the spelling are NULL where an annotation has none, because it could not state that it differs.
SELECT s.match, s.word_status AS usual_status, n.size AS usual_size, l.sources AS usual_sources,
    f.flavour AS usual_flavour, CASE WHEN r.match IS NULL THEN x.word END AS usual_word
FROM (
    SELECT match, word_status,
        ROW_NUMBER() OVER (PARTITION BY match ORDER BY COUNT(*) DESC, word_status) AS place
    FROM rdf_annotations GROUP BY match, word_status
) AS s
JOIN (
    SELECT match, size, ROW_NUMBER() OVER (PARTITION BY match ORDER BY COUNT(*) DESC, size) AS place
    FROM rdf_annotations GROUP BY match, size
) AS n ON n.match = s.match AND n.place = 1
JOIN (
    SELECT match, flavour, ROW_NUMBER() OVER (PARTITION BY match ORDER BY COUNT(*) DESC, flavour) AS place
    FROM rdf_annotations GROUP BY match, flavour
) AS f ON f.match = s.match AND f.place = 1
LEFT JOIN (
    SELECT match, sources, MIN(CASE WHEN sources IS NULL THEN 0 ELSE 1 END) OVER (PARTITION BY match) AS stated,
        ROW_NUMBER() OVER (PARTITION BY match ORDER BY COUNT(*) DESC, sources) AS place
    FROM rdf_annotations GROUP BY match, sources
) AS l ON l.match = s.match AND l.place = 1 AND l.stated = 1
LEFT JOIN (
    SELECT match, word, ROW_NUMBER() OVER (PARTITION BY match ORDER BY COUNT(*) DESC, word) AS place
    FROM (SELECT DISTINCT figure_id, match, word FROM mentions WHERE match IS NOT NULL AND word IS NOT NULL) AS spelt
    GROUP BY match, word
) AS x ON x.match = s.match AND x.place = 1
LEFT JOIN (SELECT DISTINCT match FROM rdf_annotations WHERE words IS NULL) AS r ON r.match = s.match
WHERE s.place = 1

-- name: rdf_word_support (table)
-- reads: rdf_annotations, word_readings
-- One row for each word that stands for several things in some figure, or is in doubt: the largest expansion of its
-- annotations, how many of them are not sure, and the mean probability of the most probable reading of these. Queries
-- over all words would else read all annotations. Hundredths are added, because a sum of them has no order.
SELECT a.match, max(a.size) AS largest_size, count(d.probability) AS unsure,
    round(sum(CAST(round(d.probability * 100) AS BIGINT)) / nullif(count(d.probability), 0) / 100, 6)
        AS mean_probability
FROM rdf_annotations AS a
LEFT JOIN (
    SELECT figure_id, match, max(probability) AS probability
    FROM word_readings GROUP BY figure_id, match HAVING max(probability) < $sure
) AS d ON d.figure_id = a.figure_id AND d.match = a.match
GROUP BY a.match
HAVING max(a.size) > 1 OR count(d.probability) > 0

-- name: rdf_stated (table)
-- reads: rdf_annotations, rdf_usual, word_readings
-- One row for each word drawn in each figure. A value that is usual for the word is NULL, because the word's node says it. A
-- word in doubt has the entities of its readings, and the probability and share of the most probable one.
SELECT w.figure_id, w.match, w.entities, w.origin, d.probability, d.share, d.candidates,
    CASE WHEN w.word_status <> u.usual_status THEN w.word_status END AS word_status,
    CASE WHEN w.size <> u.usual_size THEN w.size END AS size,
    CASE WHEN w.flavour <> u.usual_flavour THEN w.flavour END AS flavour,
    CASE WHEN u.usual_sources IS NULL OR w.sources <> u.usual_sources THEN w.sources END AS sources,
    CASE WHEN u.usual_word IS NULL OR w.first_word <> u.usual_word OR w.last_word <> u.usual_word THEN w.words END AS words
FROM rdf_annotations AS w
JOIN rdf_usual AS u ON u.match = w.match
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

-- name: rdf_strongest (table)
-- reads: rdf_pairs
-- One row for each entity and each of its 100 best pairs, by weight, figures, and the identifier of the partner.
SELECT entity_number, subject_number, object_number
FROM (
    SELECT entity_number, subject_number, object_number,
        ROW_NUMBER() OVER (PARTITION BY entity_number ORDER BY weight DESC, figures DESC, partner_number) AS place
    FROM (
        SELECT subject_number AS entity_number, object_number AS partner_number, weight, figures,
            subject_number, object_number
        FROM rdf_pairs
        UNION ALL
        SELECT object_number AS entity_number, subject_number AS partner_number, weight, figures,
            subject_number, object_number
        FROM rdf_pairs
    ) AS ends
) AS placed
WHERE place <= 100

-- name: rdf_specific (table)
-- reads: rdf_pairs, rdf_entities
-- One row for each pair that is among the 100 of greatest NPMI of its number of figures, with q of any value (`most` is
-- 1), with q to 0.05, the default of the query `specific-pairs`, or with q to $publish_q. Pairs of equal NPMI are in the
-- order of their names, which only those that tie for the last places need.
SELECT pair, subject_number, object_number, figures, npmi, most
FROM (
    SELECT concat(s.entity_id, '_', o.entity_id) AS pair, r.subject_number, r.object_number, r.figures, r.npmi, r.most,
        ROW_NUMBER() OVER (
            PARTITION BY r.figures, r.most ORDER BY r.npmi DESC, concat(s.entity_id, '_', o.entity_id)
        ) AS place
    FROM (
        SELECT p.subject_number, p.object_number, p.figures, p.npmi, l.most,
            RANK() OVER (PARTITION BY p.figures, l.most ORDER BY p.npmi DESC) AS place
        FROM rdf_pairs AS p
        JOIN (
            SELECT CAST($publish_q AS DOUBLE) AS most
            UNION SELECT CAST(0.05 AS DOUBLE) AS most
            UNION SELECT CAST(1 AS DOUBLE) AS most
        ) AS l ON p.q <= l.most
        WHERE p.npmi IS NOT NULL
    ) AS r
    JOIN rdf_entities AS s ON s.number = r.subject_number
    JOIN rdf_entities AS o ON o.number = r.object_number
    WHERE r.place <= 100
) AS placed
WHERE place <= 100

-- name: rdf_outstanding (table)
-- reads: rdf_pairs, rdf_entities, rdf_specific
-- One row for each pair that a query over the whole graph may list. Specific are the 100 pairs of greatest NPMI among
-- those of at least n figures, whatever n is: none of these can be missing in `rdf_specific`.
-- Inflated are the 100 pairs of the greatest naive count, if it is at least twice the count by different words.
-- Numbers of figures are in blocks of 16. A row of `rdf_specific` is passed over where 100 pairs of higher blocks exceed
-- its NPMI, because those are also before it among the pairs of at least n figures.
WITH blocks AS (
    SELECT r.*, CAST(FLOOR((DENSE_RANK() OVER (ORDER BY figures) - 1) / 16) AS INTEGER) AS block
    FROM rdf_specific AS r
),
exceeded AS (
    SELECT block, most, min(npmi) AS npmi
    FROM (
        SELECT b.block, r.most, r.npmi, ROW_NUMBER() OVER (PARTITION BY b.block, r.most ORDER BY r.npmi DESC) AS place
        FROM (SELECT DISTINCT block FROM blocks) AS b
        JOIN blocks AS r ON r.block > b.block
    ) AS placed
    WHERE place <= 100
    GROUP BY block, most
    HAVING COUNT(*) = 100
)
SELECT pair, subject_number, object_number, min(specific) AS specific, min(inflated) AS inflated
FROM (
    SELECT s.pair, s.subject_number, s.object_number, 1 AS specific, CAST(NULL AS INTEGER) AS inflated,
        ROW_NUMBER() OVER (
            PARTITION BY l.figures, s.most ORDER BY s.npmi DESC, s.figures DESC, s.pair
        ) AS place
    FROM blocks AS s
    JOIN (SELECT DISTINCT figures FROM rdf_specific) AS l ON s.figures >= l.figures
    LEFT JOIN exceeded AS e ON e.block = s.block AND e.most = s.most
    WHERE e.npmi IS NULL OR s.npmi >= e.npmi
    UNION ALL
    SELECT concat(s.entity_id, '_', o.entity_id) AS pair, r.subject_number, r.object_number, CAST(NULL AS INTEGER) AS specific, 1 AS inflated,
        ROW_NUMBER() OVER (ORDER BY r.figures_all DESC, concat(s.entity_id, '_', o.entity_id)) AS place
    FROM (
        SELECT subject_number, object_number, figures_all, RANK() OVER (ORDER BY figures_all DESC) AS place
        FROM rdf_pairs WHERE figures_all >= 2 * CAST(figures AS BIGINT)
    ) AS r
    JOIN rdf_entities AS s ON s.number = r.subject_number
    JOIN rdf_entities AS o ON o.number = r.object_number
    WHERE r.place <= 100
) AS placed
WHERE place <= 100
GROUP BY pair, subject_number, object_number

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
-- reads: entities, rdf_entities, rdf_pairs, rdf_strongest, members
-- One row for each entity, with the entities that it co-occurs with in either direction and the genes of a family.
-- A cross-reference that two entities share identifies neither, so that it is a close match of both.
SELECT e.*, p.partners, p.published, b.strongest, f.members,
    list_filter(e.xrefs, lambda xref: NOT list_contains(s.shared, xref)) AS exact,
    list_filter(e.xrefs, lambda xref: list_contains(s.shared, xref)) AS close
FROM entities AS e
JOIN rdf_entities AS n ON n.entity_id = e.entity_id
CROSS JOIN (
    SELECT coalesce(list(xref), CAST([] AS VARCHAR[])) AS shared
    FROM (SELECT xref FROM (SELECT unnest(xrefs) AS xref FROM entities) GROUP BY xref HAVING COUNT(*) > 1)
) AS s
LEFT JOIN (
    SELECT p.entity_number, list(o.entity_id ORDER BY o.entity_id) AS partners,
        list(o.entity_id ORDER BY o.entity_id) FILTER (WHERE p.published) AS published
    FROM (
        SELECT subject_number AS entity_number, object_number AS partner_number, published FROM rdf_pairs
        UNION ALL
        SELECT object_number AS entity_number, subject_number AS partner_number, published FROM rdf_pairs
    ) AS p
    JOIN rdf_entities AS o ON o.number = p.partner_number
    GROUP BY p.entity_number
) AS p ON p.entity_number = n.number
LEFT JOIN (
    SELECT b.entity_number, list(concat(s.entity_id, '_', o.entity_id) ORDER BY concat(s.entity_id, '_', o.entity_id)) AS strongest
    FROM rdf_strongest AS b
    JOIN rdf_entities AS s ON s.number = b.subject_number
    JOIN rdf_entities AS o ON o.number = b.object_number
    GROUP BY b.entity_number
) AS b ON b.entity_number = n.number
LEFT JOIN (
    SELECT family_id, list(entity_id ORDER BY entity_id) AS members FROM members GROUP BY family_id
) AS f ON f.family_id = e.entity_id
ORDER BY e.entity_id

-- name: entities (rows, spark)
-- reads: entities, rdf_entities, rdf_pairs, rdf_strongest, members
-- The same with Spark's functions for lists.
SELECT e.*, p.partners, p.published, b.strongest, f.members,
    FILTER(e.xrefs, xref -> NOT ARRAY_CONTAINS(s.shared, xref)) AS exact,
    FILTER(e.xrefs, xref -> ARRAY_CONTAINS(s.shared, xref)) AS close
FROM entities AS e
JOIN rdf_entities AS n ON n.entity_id = e.entity_id
CROSS JOIN (
    SELECT ARRAY_AGG(xref) AS shared
    FROM (SELECT xref FROM (SELECT EXPLODE(xrefs) AS xref FROM entities) GROUP BY xref HAVING COUNT(*) > 1)
) AS s
LEFT JOIN (
    SELECT p.entity_number, ARRAY_SORT(ARRAY_AGG(o.entity_id)) AS partners,
        ARRAY_SORT(ARRAY_AGG(o.entity_id) FILTER (WHERE p.published)) AS published
    FROM (
        SELECT subject_number AS entity_number, object_number AS partner_number, published FROM rdf_pairs
        UNION ALL
        SELECT object_number AS entity_number, subject_number AS partner_number, published FROM rdf_pairs
    ) AS p
    JOIN rdf_entities AS o ON o.number = p.partner_number
    GROUP BY p.entity_number
) AS p ON p.entity_number = n.number
LEFT JOIN (
    SELECT b.entity_number, ARRAY_SORT(ARRAY_AGG(concat(s.entity_id, '_', o.entity_id))) AS strongest
    FROM rdf_strongest AS b
    JOIN rdf_entities AS s ON s.number = b.subject_number
    JOIN rdf_entities AS o ON o.number = b.object_number
    GROUP BY b.entity_number
) AS b ON b.entity_number = n.number
LEFT JOIN (
    SELECT family_id, ARRAY_SORT(ARRAY_AGG(entity_id)) AS members FROM members GROUP BY family_id
) AS f ON f.family_id = e.entity_id
ORDER BY e.entity_id

-- name: associations (rows)
-- reads: rdf_pairs, rdf_entities
-- One row for each pair of entities.
SELECT s.entity_id AS subject_id, o.entity_id AS object_id,
    s.category AS subject_category, o.category AS object_category, p.*
FROM rdf_pairs AS p
JOIN rdf_entities AS s ON s.number = p.subject_number
JOIN rdf_entities AS o ON o.number = p.object_number
ORDER BY p.subject_number, p.object_number

-- name: outstanding (rows)
-- reads: rdf_outstanding
-- One row, the dataset with the pairs that queries over the whole graph list; none without pairs.
SELECT 'rdf' AS form,
    array_sort(array_agg(pair) FILTER (WHERE specific = 1)) AS specific,
    array_sort(array_agg(pair) FILTER (WHERE inflated = 1)) AS inflated
FROM rdf_outstanding
HAVING count(*) > 0

-- name: words (rows)
-- reads: rdf_stated
-- One row for each word drawn in each figure.
SELECT * FROM rdf_stated ORDER BY figure_id, match

-- name: candidates (rows)
-- reads: word_readings
-- One row for each figure, word in doubt and reading that the word may have there.
SELECT * FROM word_readings ORDER BY figure_id, match, entity_id

-- name: terms (rows)
-- reads: words, rdf_usual, rdf_word_support
-- One row for each word of the build, over all figures, with the usual values of its annotations.
SELECT w.word_id, w.word, w.figures, w.papers, w.entities, u.usual_status, u.usual_size, u.usual_sources,
    u.usual_flavour, u.usual_word, d.largest_size, d.unsure, d.mean_probability
FROM words AS w
JOIN rdf_usual AS u ON u.match = w.word
LEFT JOIN rdf_word_support AS d ON d.match = w.word
ORDER BY w.word_id

-- name: term_associations (rows)
-- reads: rdf_word_pairs
-- One row for each pair of words.
SELECT * FROM rdf_word_pairs ORDER BY subject_id, object_id
