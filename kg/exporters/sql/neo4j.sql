-- Neo4j: one SELECT for each kind of node, then for each kind of relationship. DuckDB and Spark both run them.

-- name: neo4j_figures (rows)
-- reads: figures
-- One node for each figure.
SELECT *, 'Figure' AS label FROM figures ORDER BY figure_id

-- name: neo4j_papers (rows)
-- reads: papers
-- One node for each paper.
SELECT *, 'Paper' AS label FROM papers ORDER BY paper_id

-- name: neo4j_entities (rows)
-- reads: entities
-- One node for each entity, with two labels joined by `separator`.
SELECT *,
    CONCAT('Entity', $separator, CASE category
        WHEN 'gene' THEN 'Gene'
        WHEN 'family' THEN 'GeneFamily'
        WHEN 'chemical' THEN 'Chemical'
        WHEN 'disease' THEN 'Disease'
        WHEN 'unknown' THEN 'Unknown'
    END) AS label
FROM entities ORDER BY entity_id

-- name: neo4j_words (rows)
-- reads: words
-- One node for each word.
SELECT *, 'Word' AS label FROM words ORDER BY word_id

-- name: neo4j_word_readings (rows)
-- reads: word_readings
-- One node for each figure, word in doubt and reading that the word may have there.
SELECT *, CONCAT(figure_id, ' ', match, ' ', entity_id) AS reading_id, 'Reading' AS label FROM word_readings
ORDER BY figure_id, match, entity_id

-- name: neo4j_mentions (rows)
-- reads: mentions
-- One relationship for each mention.
SELECT *, 'MENTIONS' AS type FROM mentions
ORDER BY figure_id, entity_id, match NULLS LAST, word NULLS LAST

-- name: neo4j_citations (rows)
-- reads: citations
-- One relationship for each citation.
SELECT *, 'CITES' AS type FROM citations ORDER BY citing_id, cited_id, kind NULLS LAST

-- name: neo4j_members (rows)
-- reads: members
-- One relationship for each family and member.
SELECT *, 'MEMBER_OF' AS type FROM members ORDER BY family_id, entity_id

-- name: neo4j_shows (rows)
-- reads: mentions, words
-- One relationship for each figure and word in it.
SELECT DISTINCT m.figure_id, w.word_id, 'SHOWS' AS type
FROM mentions AS m JOIN words AS w ON w.word = m.match
ORDER BY figure_id, word_id

-- name: neo4j_means (rows)
-- reads: mentions, words
-- One relationship for each word and entity that it likely means, with the number of figures.
SELECT w.word_id, m.entity_id, CAST(COUNT(DISTINCT m.figure_id) AS INT) AS figures, 'MEANS' AS type
FROM mentions AS m JOIN words AS w ON w.word = m.match
WHERE m.reading <> 'doubtful'
GROUP BY w.word_id, m.entity_id
ORDER BY word_id, entity_id

-- name: neo4j_may_mean (rows)
-- reads: word_readings, words
-- One relationship for each word and reading.
SELECT w.word_id, CONCAT(r.figure_id, ' ', r.match, ' ', r.entity_id) AS reading_id, 'MAY_MEAN' AS type
FROM word_readings AS r JOIN words AS w ON w.word = r.match
ORDER BY r.figure_id, r.match, r.entity_id

-- name: neo4j_reads (rows)
-- reads: word_readings
-- One relationship for each figure and reading.
SELECT figure_id, CONCAT(figure_id, ' ', match, ' ', entity_id) AS reading_id, 'READS' AS type
FROM word_readings ORDER BY figure_id, match, entity_id

-- name: neo4j_cooccurrences (rows)
-- reads: cooccurrences
-- One relationship for each pair of entities in at least `least` figures.
SELECT *, 'CO_OCCURS_WITH' AS type FROM cooccurrences WHERE figures >= $least ORDER BY subject_id, object_id

-- name: neo4j_word_cooccurrences (rows)
-- reads: word_cooccurrences
-- One relationship for each pair of words in at least `least` figures.
SELECT *, 'CO_OCCURS_WITH' AS type FROM word_cooccurrences WHERE figures >= $least ORDER BY subject_id, object_id
