-- The numbers of the VoID partitions, counted from the rows of the dump's statements, each of which is one subject.

-- name: rdf_classes (table)
-- reads: figures, papers, entities, words, rdf_usual, word_readings, rdf_pairs
-- One row for each class of what can be the value of a property, by identifier; drawn words, candidates and pairs have
-- one of their own here, as the properties in Python write it.
SELECT figure_id AS id, unnest(['fabio:Figure', 'schema:ImageObject']) AS class FROM figures
UNION ALL
SELECT paper_id AS id, 'fabio:JournalArticle' AS class FROM papers
UNION ALL
SELECT entity_id AS id, $entity AS class FROM entities
UNION ALL
SELECT concat('word ', w.word) AS id,
    unnest(CASE WHEN u.usual_word IS NULL THEN ['kg:Word'] ELSE ['kg:Word', 'oa:TextQuoteSelector'] END) AS class
FROM words AS w JOIN rdf_usual AS u ON u.match = w.word
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
-- One row for each class of subjects, and one for all (`whole` is 1): how many they are and, for each property with at
-- most one value, how many triples and distinct values.
SELECT class, grouping(class) AS whole, count(*) AS subjects, $counts
FROM ($subjects)
GROUP BY GROUPING SETS ((class), ())

-- name: links (rows)
-- One row for each triple of a property.
SELECT class, subject, object
FROM (SELECT class, subject, unnest($values) AS object FROM ($subjects))
WHERE object IS NOT NULL

-- name: many (rows)
-- One row for each class of subjects, and one for all, with the triples and the distinct ends of a property.
SELECT class, grouping(class) AS whole, count(*) AS triples, count(DISTINCT subject) AS subjects,
    count(DISTINCT object) AS objects
FROM ($links)
GROUP BY GROUPING SETS ((class), ())

-- name: targets (rows)
-- reads: rdf_classes
-- One row for each class of subjects and class of values of a property, likewise.
SELECT l.class, c.class AS target, count(*) AS triples, count(DISTINCT l.subject) AS subjects,
    count(DISTINCT l.object) AS objects
FROM ($links) AS l
JOIN rdf_classes AS c ON c.id = l.object
GROUP BY l.class, c.class

-- name: spaces (rows)
-- One row for each prefix of the values of a property, with the triples and the distinct ends.
SELECT regexp_extract(object, '^[^:]*') AS space, count(*) AS triples, count(DISTINCT subject) AS subjects,
    count(DISTINCT object) AS objects
FROM ($links)
GROUP BY space

-- name: distinct_values (rows)
-- One row: how many values a property has, each once, over subjects of several kinds.
SELECT count(DISTINCT object) AS objects FROM ($links)
