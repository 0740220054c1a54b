-- The numbers of the VoID partitions, counted from the rows of the dump's statements, each of which is one subject.

-- name: rdf_classes (table)
-- reads: figures, papers, entities, words, rdf_usual, word_readings
-- One row for each class of each thing that can be the value of a property, by identifier. Candidates have one of their
-- own here, as the properties in Python write it; words have it besides theirs. $names has the names of all classes.
SELECT id, CAST(class AS ENUM ($names)) AS class
FROM (
    SELECT figure_id AS id, unnest(['fabio:Figure', 'schema:ImageObject']) AS class FROM figures
    UNION ALL
    SELECT paper_id AS id, 'fabio:JournalArticle' AS class FROM papers
    UNION ALL
    SELECT entity_id AS id, $entity AS class FROM entities
    UNION ALL
    SELECT id, unnest(CASE WHEN usual_word IS NULL THEN ['kg:Word'] ELSE ['kg:Word', 'oa:TextQuoteSelector'] END)
    FROM (
        SELECT unnest([w.word_id, concat('word ', w.word)]) AS id, u.usual_word
        FROM words AS w JOIN rdf_usual AS u ON u.match = w.word
    )
    UNION ALL
    SELECT concat('candidate ', figure_id, ' ', match, ' ', entity_id) AS id, $candidate AS class
    FROM word_readings WHERE 'words' IN ($layers)
)

-- name: rdf_entity_classes (table)
-- reads: rdf_entities
-- One row for each entity, by number.
SELECT number AS id, CAST($entity AS ENUM ($names)) AS class FROM rdf_entities

-- name: rdf_pair_classes (table)
-- reads: rdf_pairs, rdf_entities
-- One row for each pair of entities, by the number that its ends make together.
SELECT CAST(subject_number AS BIGINT) * 4294967296 + object_number AS id, CAST($association AS ENUM ($names)) AS class
FROM (
    SELECT p.subject_number, p.object_number, s.category AS subject_category, o.category AS object_category
    FROM rdf_pairs AS p
    JOIN rdf_entities AS s ON s.number = p.subject_number
    JOIN rdf_entities AS o ON o.number = p.object_number
)

-- name: rdf_iris (python)
-- Texts of figures and papers that become IRIs, by column, with the IRI; of those that cannot be one there is no row.

-- name: figures (rows)
-- reads: figures
-- The figures of the dump, in any order.
SELECT * FROM figures

-- name: mentions (rows)
-- reads: mentions, entities, rdf_entities
-- The figures of the dump that mention an entity: the numbers of the entities, and the organisms of these.
SELECT m.figure_id, list(DISTINCT n.number) AS entities, list(DISTINCT e.taxon) FILTER (WHERE e.taxon IS NOT NULL) AS taxa
FROM mentions AS m
JOIN entities AS e ON e.entity_id = m.entity_id
JOIN rdf_entities AS n ON n.entity_id = m.entity_id
WHERE m.reading <> 'doubtful'
GROUP BY m.figure_id

-- name: entities (rows)
-- reads: entities, members
-- The entities of the dump, in any order.
SELECT e.*, f.members, x.exact, x.close
FROM entities AS e
LEFT JOIN (
    SELECT entity_id, list(xref) FILTER (WHERE entities = 1) AS exact, list(xref) FILTER (WHERE entities > 1) AS close
    FROM (
        SELECT entity_id, xref, count(*) OVER (PARTITION BY xref) AS entities
        FROM (SELECT entity_id, unnest(xrefs) AS xref FROM entities)
    )
    GROUP BY entity_id
) AS x ON x.entity_id = e.entity_id
LEFT JOIN (
    SELECT family_id, list(entity_id) AS members FROM members GROUP BY family_id
) AS f ON f.family_id = e.entity_id

-- name: partners (rows)
-- reads: rdf_entities, rdf_pairs
-- The entities of the dump that are in pairs: the numbers of their partners.
SELECT n.category, p.partners, p.published
FROM (
    SELECT entity_number, list(partner_number) AS partners, list(partner_number) FILTER (WHERE published) AS published
    FROM (
        SELECT subject_number AS entity_number, object_number AS partner_number, published FROM rdf_pairs
        UNION ALL
        SELECT object_number AS entity_number, subject_number AS partner_number, published FROM rdf_pairs
    )
    GROUP BY entity_number
) AS p
JOIN rdf_entities AS n ON n.number = p.entity_number

-- name: strongest (rows)
-- reads: rdf_entities, rdf_strongest
-- The entities of the dump that are in pairs: the numbers of their best pairs.
SELECT n.category, b.strongest
FROM (
    SELECT entity_number, list(CAST(subject_number AS BIGINT) * 4294967296 + object_number) AS strongest
    FROM rdf_strongest GROUP BY entity_number
) AS b
JOIN rdf_entities AS n ON n.number = b.entity_number

-- name: associations (rows)
-- reads: rdf_pairs, rdf_entities
-- The pairs of the dump, in any order.
SELECT p.*, s.category AS subject_category, o.category AS object_category
FROM rdf_pairs AS p
JOIN rdf_entities AS s ON s.number = p.subject_number
JOIN rdf_entities AS o ON o.number = p.object_number

-- name: outstanding (rows)
-- reads: rdf_outstanding
-- The row of the dump with the numbers of pairs, in any order.
SELECT list(CAST(subject_number AS BIGINT) * 4294967296 + object_number) FILTER (WHERE specific = 1) AS specific,
    list(CAST(subject_number AS BIGINT) * 4294967296 + object_number) FILTER (WHERE inflated = 1) AS inflated
FROM rdf_outstanding
HAVING count(*) > 0

-- name: words (rows)
-- reads: rdf_stated
-- The annotations of the dump, in any order.
SELECT * FROM rdf_stated

-- name: candidates (rows)
-- reads: word_readings
-- The candidates of the dump, in any order.
SELECT * FROM word_readings

-- name: subjects (rows)
-- One row for each subject of a kind, with its class and the values of its properties.
SELECT CAST($class AS ENUM ($names)) AS class, $values FROM ($rows)

-- name: sizes (rows)
-- One row for each class of subjects, and one for all (`whole` is 1): how many they are.
SELECT class, grouping(class) AS whole, count(*) AS subjects FROM ($rows) GROUP BY GROUPING SETS ((class), ())

-- name: alike (rows)
-- One row, where all subjects have one class: the triples and the distinct values of each property with at most one value.
-- Without classes to tell apart it takes a third of the time.
SELECT $counts FROM ($rows)

-- name: single (rows)
-- One row for each class of subjects, and one for all, with the triples and the distinct values of a property with at
-- most one value.
FROM (
    WITH counted AS MATERIALIZED (
        SELECT class, $value AS value, count(*) AS subjects FROM ($rows) WHERE $value IS NOT NULL GROUP BY class, value
    )
    SELECT $number AS number, class, FALSE AS whole, sum(subjects) AS triples, count(*) AS objects
    FROM counted GROUP BY class
    UNION ALL
    SELECT $number AS number, NULL AS class, TRUE AS whole, sum(subjects) AS triples, count(DISTINCT value) AS objects
    FROM counted
)

-- name: many (rows)
-- One row for each class of subjects, and one for all, with the triples and the distinct ends of a property.
FROM (
    WITH ends AS MATERIALIZED (
        SELECT DISTINCT class, unnest($list) AS object FROM ($rows)
    ),
    counted AS MATERIALIZED (
        SELECT class, sum(len($list)) AS triples, count(*) AS subjects FROM ($rows) WHERE len($list) > 0 GROUP BY class
    )
    SELECT $number AS number, n.class, FALSE AS whole, n.triples, n.subjects, o.objects
    FROM counted AS n
    JOIN (SELECT class, count(*) AS objects FROM ends GROUP BY class) AS o ON o.class IS NOT DISTINCT FROM n.class
    UNION ALL
    SELECT $number AS number, NULL AS class, TRUE AS whole, sum(triples) AS triples, sum(subjects) AS subjects,
        (SELECT count(DISTINCT object) FROM ends) AS objects
    FROM counted
)

-- name: many_alike (rows)
-- One row with these numbers, where all subjects have one class.
SELECT $number AS number, sum(len($list)) AS triples, count(*) AS subjects,
    (SELECT count(*) FROM (SELECT DISTINCT unnest($list) FROM ($rows))) AS objects
FROM ($rows) WHERE len($list) > 0

-- name: targets (rows)
-- One row for each class of subjects and class of values of a property, likewise; $classes has the classes of values.
WITH ends AS MATERIALIZED (
    SELECT l.class, l.number, l.object, c.class AS target
    FROM ($classes) AS c
    JOIN (
        SELECT class, number, unnest(list) AS object
        FROM (SELECT class, $list AS list, row_number() OVER () AS number FROM ($rows) WHERE len($list) > 0)
    ) AS l ON l.object = c.id
)
SELECT n.class, n.target, n.triples, n.subjects, o.objects
FROM (
    SELECT class, target, sum(size) AS triples, count(*) AS subjects
    FROM (SELECT class, target, number, count(*) AS size FROM ends GROUP BY class, target, number)
    GROUP BY class, target
) AS n
JOIN (
    SELECT class, target, count(*) AS objects
    FROM (SELECT DISTINCT class, target, object FROM ends) GROUP BY class, target
) AS o ON o.class = n.class AND o.target = n.target

-- name: single_targets (rows)
-- The same of a property with at most one value, each of whose triples has another subject.
SELECT l.class, c.class AS target, sum(l.subjects) AS triples, sum(l.subjects) AS subjects, count(*) AS objects
FROM ($classes) AS c
JOIN (
    SELECT class, $value AS object, count(*) AS subjects FROM ($rows) WHERE $value IS NOT NULL GROUP BY class, object
) AS l ON l.object = c.id
GROUP BY l.class, c.class

-- name: spaces (rows)
-- One row for each prefix of the values of a property, with the triples and the distinct ends.
SELECT space, sum(subjects) AS triples, sum(subjects) FILTER (WHERE place = 1) AS subjects,
    count(DISTINCT object) AS objects
FROM (
    SELECT space, object, subjects, row_number() OVER (PARTITION BY number, space) AS place
    FROM (
        SELECT substr(object, 1, strpos(object, ':') - 1) AS space, object, subjects, number
        FROM (
            SELECT unnest(list) AS object, subjects, number
            FROM (
                SELECT $list AS list, count(*) AS subjects, row_number() OVER () AS number
                FROM ($rows) WHERE len($list) > 0 GROUP BY list
            )
        )
    )
)
GROUP BY space

-- name: distinct_values (rows)
-- One row: how many values a property has, each once, over subjects of several kinds.
SELECT $number AS number, count(*) AS objects FROM (SELECT DISTINCT value FROM ($values) WHERE value IS NOT NULL)

-- name: examples (rows)
-- reads: figures, entities, rdf_pairs, rdf_entities
-- One row for each of a figure, the entity of most figures and the pair of greatest weight, as far as there are such.
SELECT first_id, second_id FROM (
    (SELECT 1 AS place, figure_id AS first_id, NULL AS second_id FROM figures ORDER BY figure_id LIMIT 1)
    UNION ALL
    (SELECT 2 AS place, entity_id AS first_id, NULL AS second_id FROM entities ORDER BY figures DESC, entity_id LIMIT 1)
    UNION ALL
    (SELECT 3 AS place, s.entity_id AS first_id, o.entity_id AS second_id
        FROM rdf_pairs AS p
        JOIN rdf_entities AS s ON s.number = p.subject_number
        JOIN rdf_entities AS o ON o.number = p.object_number
        ORDER BY p.weight DESC, p.subject_number, p.object_number LIMIT 1)
)
ORDER BY place
