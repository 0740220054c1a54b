-- The text of figures, papers, entities, pairs, words, annotations and candidates, a subject a row, made by DuckDB: several times as fast
-- as row by row. The statements of the same kinds in dump.sql have the rows that `kg.rdf.triples` turns into the same
-- text. `$text` is the expression that `kg.rdf.text_select` makes of the properties, `$triples` that of their number.

-- name: rdf_prefixes (python)
-- One row for each prefix of a CURIE: the text before and after a plain identifier in its term, and in the start of IRIs
-- below its IRI; and whether the CURIE can be the start and the end of a name after a prefix.

-- name: rdf_identifiers (table)
-- reads: entities, rdf_entities, members, figures, papers, citations, word_readings, words
-- The CURIE of each entity with its number and category; of its cross-references, organism and genes; of each figure, paper, paper
-- that is cited and, with the layer `terms`, word. The prefix is empty where the identifier is not plain.
SELECT i.id, n.number, n.category, regexp_extract(i.id, $plain, 1) AS prefix
FROM (
    SELECT entity_id AS id FROM entities
    UNION SELECT unnest(xrefs) FROM entities
    UNION SELECT taxon FROM entities WHERE taxon IS NOT NULL
    UNION SELECT entity_id FROM members
    UNION SELECT figure_id FROM figures
    UNION SELECT paper_id FROM figures
    UNION SELECT paper_id FROM papers
    UNION SELECT cited_id FROM citations WHERE kind = 'reference'
    UNION SELECT entity_id FROM word_readings
    UNION SELECT word_id FROM words WHERE 'terms' IN ($layers)
) AS i
LEFT JOIN rdf_entities AS n ON n.entity_id = i.id

-- name: plain_terms (rows)
-- reads: rdf_identifiers, rdf_prefixes
-- One row for each plain identifier, as in `rdf_terms`.
SELECT i.id, i.number, i.category, concat(p.term_before, i.name, p.term_after) AS term,
    concat(p.part_before, i.name, p.part_after) AS part, p.starts, p.ends
FROM (SELECT id, number, category, prefix, substr(id, length(prefix) + 2) AS name FROM rdf_identifiers) AS i
JOIN rdf_prefixes AS p ON p.prefix = i.prefix

-- name: other_identifiers (rows)
-- reads: rdf_identifiers, rdf_prefixes
-- The other identifiers, with the number and category of an entity.
SELECT id, number, category FROM rdf_identifiers WHERE prefix NOT IN (SELECT prefix FROM rdf_prefixes)

-- name: rdf_terms (python)
-- reads: rdf_identifiers, rdf_prefixes
-- One row for each identifier: the number and category of an entity, its term, the start of IRIs below its IRI, and whether its CURIE
-- can be the start and the end of a name after a prefix.

-- name: rdf_entity_terms (table)
-- reads: rdf_terms
-- One row: the terms of all entities, from which lists of numbers select. It is joined to nothing but these lists, because
-- a join repeats it for each row.
SELECT list(term ORDER BY number) AS terms FROM rdf_terms WHERE number IS NOT NULL

-- name: rdf_forms (table)
-- reads: rdf_usual, word_readings
-- The normal form of each drawn word, and whether it is plain.
SELECT match, regexp_matches(match, $plain_word) AS plain
FROM (SELECT match FROM rdf_usual UNION SELECT match FROM word_readings)

-- name: plain_words (rows)
-- reads: rdf_forms, rdf_prefixes
-- One row for each plain form, as in `rdf_words`.
SELECT f.match, concat(p.term_before, f.encoded, p.term_after) AS term, f.encoded
FROM (SELECT match, replace(match, ' ', '%20') AS encoded FROM rdf_forms WHERE plain) AS f
JOIN rdf_prefixes AS p ON p.prefix = 'word'

-- name: other_forms (rows)
-- reads: rdf_forms
-- The other forms.
SELECT match FROM rdf_forms WHERE NOT plain

-- name: rdf_words (python)
-- reads: rdf_forms, rdf_prefixes
-- drops: rdf_identifiers, rdf_forms, rdf_prefixes
-- One row for each normal form: the term of its word, and the form as a part of an IRI.

-- name: values_of_word_status (rows)
-- reads: rdf_annotations
-- The statuses that words of annotations have.
SELECT DISTINCT word_status FROM rdf_annotations WHERE word_status IS NOT NULL ORDER BY word_status

-- name: values_of_usual_status (rows)
-- reads: rdf_usual
-- The statuses that words have usually.
SELECT DISTINCT usual_status FROM rdf_usual WHERE usual_status IS NOT NULL ORDER BY usual_status

-- name: values_of_id_status (rows)
-- reads: entities
-- The statuses of identifiers.
SELECT DISTINCT id_status FROM entities WHERE id_status IS NOT NULL ORDER BY id_status

-- name: rdf_bodies (table)
-- reads: rdf_annotations, rdf_terms
-- One row for each annotation with several entities: their terms, in the order of the entities. Nearly all have one.
SELECT a.figure_id, a.match, list(t.term ORDER BY a.entity_id) AS bodies
FROM (SELECT figure_id, match, unnest(entities) AS entity_id FROM rdf_annotations WHERE len(entities) > 1) AS a
JOIN rdf_terms AS t ON t.id = a.entity_id
GROUP BY a.figure_id, a.match

-- name: rdf_addresses (python)
-- reads: figures, papers
-- One row for each column and text of a figure or paper that becomes an IRI, with the term.

-- name: texts_of_addresses (rows)
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

-- name: figures (rows)
-- reads: figures, mentions, entities, rdf_terms, rdf_entity_terms, rdf_addresses
-- The text of each figure.
SELECT $text AS text, $triples AS triples
FROM (
    SELECT f.*, t.term AS subject, p.term AS paper_term, u.term AS url_term, l.term AS license_term,
        list_filter([n.term, w.term], lambda link: link IS NOT NULL) AS links,
        m.entities, o.taxa
    FROM figures AS f
    JOIN rdf_terms AS t ON t.id = f.figure_id
    JOIN rdf_terms AS p ON p.id = f.paper_id
    LEFT JOIN rdf_addresses AS u ON u.field = 'url' AND u.text = f.url
    LEFT JOIN rdf_addresses AS l ON l.field = 'license' AND l.text = f.license
    LEFT JOIN rdf_addresses AS n ON n.field = 'ndex' AND n.text = f.ndex
    LEFT JOIN rdf_addresses AS w ON w.field = 'wikipathways_id' AND w.text = f.wikipathways_id
    LEFT JOIN (
        SELECT m.figure_id, list_select(a.terms, m.numbers) AS entities
        FROM (
            SELECT m.figure_id, list_sort(list(DISTINCT t.number)) AS numbers
            FROM mentions AS m JOIN rdf_terms AS t ON t.id = m.entity_id
            WHERE m.reading <> 'doubtful'
            GROUP BY m.figure_id
        ) AS m
        CROSS JOIN rdf_entity_terms AS a
    ) AS m ON m.figure_id = f.figure_id
    LEFT JOIN (
        SELECT d.figure_id, list(t.term ORDER BY d.taxon) AS taxa
        FROM (
            SELECT DISTINCT m.figure_id, e.taxon
            FROM mentions AS m JOIN entities AS e ON e.entity_id = m.entity_id
            WHERE m.reading <> 'doubtful' AND e.taxon IS NOT NULL
        ) AS d
        JOIN rdf_terms AS t ON t.id = d.taxon
        GROUP BY d.figure_id
    ) AS o ON o.figure_id = f.figure_id
    ORDER BY f.figure_id
)

-- name: papers (rows)
-- reads: papers, citations, rdf_terms, rdf_addresses
-- The text of each paper.
SELECT $text AS text, $triples AS triples
FROM (
    SELECT p.*, t.term AS subject, a.term AS doi_term, c.cited
    FROM papers AS p
    JOIN rdf_terms AS t ON t.id = p.paper_id
    LEFT JOIN rdf_addresses AS a ON a.field = 'doi' AND a.text = p.doi
    LEFT JOIN (
        SELECT c.citing_id, list(t.term ORDER BY c.cited_id) AS cited
        FROM (SELECT DISTINCT citing_id, cited_id FROM citations WHERE kind = 'reference') AS c
        JOIN rdf_terms AS t ON t.id = c.cited_id
        GROUP BY c.citing_id
    ) AS c ON c.citing_id = p.paper_id
    ORDER BY p.paper_id
)

-- name: rdf_partners (table)
-- reads: rdf_pairs
-- One row for each entity of a pair: the numbers of its partners and, of these, of the partners in published pairs.
SELECT entity_number, list(partner_number ORDER BY partner_number) AS partners,
    list(partner_number ORDER BY partner_number) FILTER (WHERE published) AS published
FROM (
    SELECT subject_number AS entity_number, object_number AS partner_number, published FROM rdf_pairs
    UNION ALL
    SELECT object_number AS entity_number, subject_number AS partner_number, published FROM rdf_pairs
)
GROUP BY entity_number

-- name: entities (rows)
-- reads: entities, rdf_terms, rdf_entity_terms, rdf_partners, rdf_strongest, members
-- The text of each entity.
SELECT $text AS text, $triples AS triples
FROM (
    SELECT e.* EXCLUDE (taxon), t.term AS subject, o.term AS taxon_term, x.exact, x.close, f.members, b.strongest,
        p.partners, p.published
    FROM entities AS e
    JOIN rdf_terms AS t ON t.id = e.entity_id
    LEFT JOIN rdf_terms AS o ON o.id = e.taxon
    LEFT JOIN (
        SELECT x.entity_id, list(t.term ORDER BY x.place) FILTER (WHERE x.entities = 1) AS exact,
            list(t.term ORDER BY x.place) FILTER (WHERE x.entities > 1) AS close
        FROM (
            SELECT entity_id, xref, place, count(*) OVER (PARTITION BY xref) AS entities
            FROM (SELECT entity_id, unnest(xrefs) AS xref, generate_subscripts(xrefs, 1) AS place FROM entities)
        ) AS x
        JOIN rdf_terms AS t ON t.id = x.xref
        GROUP BY x.entity_id
    ) AS x ON x.entity_id = e.entity_id
    LEFT JOIN (
        SELECT m.family_id, list(t.term ORDER BY m.entity_id) AS members
        FROM members AS m JOIN rdf_terms AS t ON t.id = m.entity_id
        GROUP BY m.family_id
    ) AS f ON f.family_id = e.entity_id
    LEFT JOIN (
        SELECT p.entity_number, list_select(a.terms, p.partners) AS partners,
            list_select(a.terms, p.published) AS published
        FROM rdf_partners AS p CROSS JOIN rdf_entity_terms AS a
    ) AS p ON p.entity_number = t.number
    LEFT JOIN (
        SELECT entity_number, list($pair ORDER BY ids) AS strongest
        FROM (
            SELECT b.entity_number, concat(s.id, '_', o.id) AS ids, s.starts AND o.ends AS plain
            FROM rdf_strongest AS b
            JOIN rdf_terms AS s ON s.number = b.subject_number
            JOIN rdf_terms AS o ON o.number = b.object_number
        )
        GROUP BY entity_number
    ) AS b ON b.entity_number = t.number
    ORDER BY t.number
)

-- name: pairs (rows)
-- reads: rdf_terms
-- The text of each pair of $pairs: of entities, whose numbers find their terms, or of words.
SELECT $text AS text, $triples AS triples
FROM (
    SELECT p.*, s.term AS subject_term, o.term AS object_term, s.category AS subject_category,
        o.category AS object_category, s.starts AND o.ends AS plain,
        concat(s.id, '_', o.id) AS ids
    FROM ($pairs) AS p
    JOIN rdf_terms AS s ON $subject
    JOIN rdf_terms AS o ON $object
    ORDER BY $order
)

-- name: words (rows)
-- reads: rdf_stated, rdf_bodies, rdf_terms, rdf_words
-- The text of each word drawn in each figure.
SELECT $text AS text, $triples AS triples
FROM (
    SELECT w.*, f.term AS figure_term,
        CASE WHEN len(w.entities) = 1 THEN [e.term] ELSE b.bodies END AS bodies, concat(f.part, 'word-', d.encoded, '>') AS subject,
        concat(f.part, 'candidate-', d.encoded, '/') AS candidate_start, d.term AS word_term
    FROM rdf_stated AS w
    JOIN rdf_terms AS f ON f.id = w.figure_id
    JOIN rdf_words AS d ON d.match = w.match
    LEFT JOIN rdf_terms AS e ON e.id = w.entities[1]
    LEFT JOIN rdf_bodies AS b ON b.figure_id = w.figure_id AND b.match = w.match
    ORDER BY w.figure_id, w.match
)

-- name: candidates (rows)
-- reads: word_readings, rdf_terms, rdf_words
-- The text of each reading of a word in doubt.
SELECT $text AS text, $triples AS triples
FROM (
    SELECT r.*, concat(f.part, 'candidate-', d.encoded, '/', r.entity_id, '>') AS subject, e.term AS entity_term
    FROM word_readings AS r
    JOIN rdf_terms AS f ON f.id = r.figure_id
    JOIN rdf_words AS d ON d.match = r.match
    JOIN rdf_terms AS e ON e.id = r.entity_id
    ORDER BY r.figure_id, r.match, r.entity_id
)

-- name: terms (rows)
-- reads: words, rdf_usual, rdf_word_support, rdf_words
-- The text of each word of the build.
SELECT $text AS text, $triples AS triples
FROM (
    SELECT w.word, w.figures, w.papers, w.entities, u.usual_status, u.usual_size, u.usual_sources, u.usual_flavour,
        u.usual_word, s.largest_size, s.unsure, s.mean_probability, d.term AS subject
    FROM words AS w
    JOIN rdf_usual AS u ON u.match = w.word
    JOIN rdf_words AS d ON d.match = w.word
    LEFT JOIN rdf_word_support AS s ON s.match = w.word
    ORDER BY w.word_id
)
