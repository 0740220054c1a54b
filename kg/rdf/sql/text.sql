-- The text of pairs, annotations and candidates, a subject a row, made by DuckDB: several times as fast as row by row.
-- The statements of the same kinds in dump.sql have the rows that `kg.rdf.triples` turns into the same text. `$text` is
-- the expression that `kg.rdf.text_select` makes of the properties, `$triples` that of their number.

-- name: identifiers (rows)
-- reads: entities, figures, word_readings, words
-- The CURIE of each entity, figure and, with the layer `terms`, word.
SELECT entity_id AS id FROM entities
UNION SELECT figure_id FROM figures
UNION SELECT entity_id FROM word_readings
UNION SELECT word_id FROM words WHERE 'terms' IN ($layers)

-- name: forms (rows)
-- reads: rdf_annotations, word_readings
-- The normal form of each drawn word.
SELECT match FROM rdf_annotations UNION SELECT match FROM word_readings

-- name: statuses (rows)
-- reads: rdf_annotations
-- The statuses that words have.
SELECT DISTINCT word_status FROM rdf_annotations WHERE word_status IS NOT NULL ORDER BY word_status

-- name: rdf_terms (python)
-- reads: entities, figures, word_readings, words
-- One row for each entity, figure and word: its term, the start of IRIs below its IRI, and whether its CURIE can be the
-- start and the end of a name after a prefix.

-- name: rdf_words (python)
-- reads: rdf_annotations, word_readings
-- One row for each normal form: the term of its word, and the form as a part of an IRI.

-- name: rdf_bodies (table)
-- reads: rdf_annotations, rdf_terms
-- One row for each annotation with entities: their terms, in the order of the entities.
SELECT a.figure_id, a.match, list(t.term ORDER BY a.entity_id) AS bodies
FROM (SELECT figure_id, match, unnest(entities) AS entity_id FROM rdf_annotations) AS a
JOIN rdf_terms AS t ON t.id = a.entity_id
GROUP BY a.figure_id, a.match

-- name: pairs (rows)
-- reads: rdf_terms
-- The text of each pair of $pairs, of entities or of words.
SELECT $text AS text, $triples AS triples
FROM (
    SELECT p.*, s.term AS subject_term, o.term AS object_term, s.starts AND o.ends AS plain
    FROM ($pairs) AS p
    JOIN rdf_terms AS s ON s.id = p.subject_id
    JOIN rdf_terms AS o ON o.id = p.object_id
    ORDER BY p.subject_id, p.object_id
)

-- name: words (rows)
-- reads: rdf_bodies, rdf_terms, rdf_words
-- The text of each word drawn in each figure.
SELECT $text AS text, $triples AS triples
FROM (
    SELECT w.*, b.bodies, f.term AS figure_term, concat(f.part, 'word-', d.encoded, '>') AS subject,
        concat(f.part, 'candidate-', d.encoded, '/') AS candidate_start, d.term AS word_term
    FROM ($rows) AS w
    JOIN rdf_terms AS f ON f.id = w.figure_id
    JOIN rdf_words AS d ON d.match = w.match
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
