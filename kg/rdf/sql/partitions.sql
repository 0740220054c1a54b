-- The numbers of the VoID partitions, counted from the rows of the dump's statements, each of which is one subject.

-- name: rdf_classes (table)
-- reads: figures, papers, entities, words, rdf_usual, word_readings, rdf_pairs
-- One row for each class of each thing that can be the value of a property, by identifier. Candidates and pairs
-- have one of their own here, as the properties in Python write it; words have it besides theirs.
SELECT figure_id AS id, unnest(['fabio:Figure', 'schema:ImageObject']) AS class FROM figures
UNION ALL
SELECT paper_id AS id, 'fabio:JournalArticle' AS class FROM papers
UNION ALL
SELECT entity_id AS id, $entity AS class FROM entities
UNION ALL
SELECT id, unnest(CASE WHEN usual_word IS NULL THEN ['kg:Word'] ELSE ['kg:Word', 'oa:TextQuoteSelector'] END) AS class
FROM (
    SELECT unnest([w.word_id, concat('word ', w.word)]) AS id, u.usual_word
    FROM words AS w JOIN rdf_usual AS u ON u.match = w.word
)
UNION ALL
SELECT concat('candidate ', figure_id, ' ', match, ' ', entity_id) AS id, $candidate AS class
FROM word_readings WHERE 'words' IN ($layers)
UNION ALL
SELECT concat(subject_id, '_', object_id) AS id, $association AS class FROM rdf_pairs

-- name: rdf_iris (python)
-- Texts of figures and papers that become IRIs, by column, with the IRI; of those that cannot be one there is no row.

-- name: addresses (rows)
-- reads: figures, papers
-- One row for each column and distinct text that may become an IRI.
SELECT DISTINCT 'url' AS field, url AS text FROM figures WHERE url IS NOT NULL
UNION ALL
SELECT DISTINCT 'license' AS field, license AS text FROM figures WHERE license IS NOT NULL
UNION ALL
SELECT DISTINCT 'ndex' AS field, ndex AS text FROM figures WHERE ndex IS NOT NULL
UNION ALL
SELECT DISTINCT 'wikipathways_id' AS field, wikipathways_id AS text FROM figures WHERE wikipathways_id IS NOT NULL
UNION ALL
SELECT DISTINCT 'doi' AS field, doi AS text FROM papers WHERE doi IS NOT NULL

-- name: subjects (rows)
-- One row for each subject of a kind, with its class and the values of its properties.
SELECT $class AS class, $values FROM ($rows)

-- name: single (rows)
-- One row for each class of subjects, and one for all (`whole` is 1): how many they are and, per property with at most
-- one value, how many triples and distinct values.
SELECT class, grouping(class) AS whole, count(*) AS subjects, $counts
FROM ($rows)
GROUP BY GROUPING SETS ((class), ())

-- name: lists (rows)
-- One row for each class of subjects and list of values of a property, with how many subjects have it: most annotations
-- of a word have the same list.
SELECT class, $values AS list, count(*) AS subjects, row_number() OVER () AS number
FROM ($rows) WHERE len($values) > 0 GROUP BY class, list

-- name: many (rows)
-- One row for each class of subjects, and one for all, with the triples and the distinct ends of a property.
WITH lists AS MATERIALIZED (SELECT * FROM ($lists))
SELECT n.class, n.whole, n.triples, n.subjects, o.objects
FROM (
    SELECT class, grouping(class) AS whole, sum(subjects * len(list)) AS triples, sum(subjects) AS subjects
    FROM lists GROUP BY GROUPING SETS ((class), ())
) AS n
JOIN (
    SELECT class, grouping(class) AS whole, count(DISTINCT object) AS objects
    FROM (SELECT class, unnest(list) AS object FROM lists) GROUP BY GROUPING SETS ((class), ())
) AS o ON o.whole = n.whole AND o.class IS NOT DISTINCT FROM n.class

-- name: targets (rows)
-- reads: rdf_classes
-- One row for each class of subjects and class of values of a property, likewise.
WITH lists AS MATERIALIZED (SELECT * FROM ($lists)),
objects AS MATERIALIZED (
    SELECT l.class, l.object, c.class AS target
    FROM (SELECT DISTINCT class, unnest(list) AS object FROM lists) AS l JOIN rdf_classes AS c ON c.id = l.object
)
SELECT n.class, n.target, sum(n.subjects * n.size) AS triples, sum(n.subjects) AS subjects, any_value(o.objects) AS objects
FROM (
    SELECT l.class, o.target, l.number, l.subjects, count(*) AS size
    FROM (SELECT class, number, subjects, unnest(list) AS object FROM lists) AS l
    JOIN objects AS o ON o.object = l.object AND o.class = l.class
    GROUP BY l.class, o.target, l.number, l.subjects
) AS n
JOIN (SELECT class, target, count(*) AS objects FROM objects GROUP BY class, target) AS o
    ON o.class = n.class AND o.target = n.target
GROUP BY n.class, n.target

-- name: spaces (rows)
-- One row for each prefix of the values of a property, with the triples and the distinct ends.
SELECT space, sum(subjects) AS triples, sum(subjects) FILTER (WHERE place = 1) AS subjects,
    count(DISTINCT object) AS objects
FROM (
    SELECT space, object, subjects, row_number() OVER (PARTITION BY number, space) AS place
    FROM (
        SELECT regexp_extract(object, '^[^:]*') AS space, object, subjects, number
        FROM (SELECT number, subjects, unnest(list) AS object FROM ($lists))
    )
)
GROUP BY space

-- name: distinct_values (rows)
-- One row: how many values a property has, each once, over subjects of several kinds.
SELECT count(DISTINCT object) AS objects FROM (SELECT unnest(list) AS object FROM ($lists))

-- name: examples (rows)
-- reads: figures, entities, rdf_pairs
-- One row for each of a figure, the entity of most figures and the pair of greatest weight, as far as there are such.
SELECT first_id, second_id FROM (
    (SELECT 1 AS place, figure_id AS first_id, NULL AS second_id FROM figures ORDER BY figure_id LIMIT 1)
    UNION ALL
    (SELECT 2 AS place, entity_id AS first_id, NULL AS second_id FROM entities ORDER BY figures DESC, entity_id LIMIT 1)
    UNION ALL
    (SELECT 3 AS place, subject_id AS first_id, object_id AS second_id FROM rdf_pairs
        ORDER BY weight DESC, subject_id, object_id LIMIT 1)
)
ORDER BY place
