-- Numbers instead of texts, and the figures of each entity, to count pairs from. The statements run once for the pairs of
-- entities and once for the pairs of drawn words. Words then take the place of entities.

-- name: counted_entities (rows)
-- reads: entities
-- `pair_entities` of entities.
SELECT entity_id, category, taxon FROM entities

-- name: counted_words (rows)
-- reads: words
-- `pair_entities` of words, which have no taxon.
SELECT word_id AS entity_id, category, CAST(NULL AS STRING) AS taxon FROM words

-- name: pair_entities (python)
-- reads: counted_entities, counted_words
-- A view of one of the two: one row for each entity, or word, whose pairs are counted.

-- name: entity_mentions (rows)
-- reads: mentions
-- `pair_mentions` of entities.
SELECT figure_id, entity_id, match, flavour, n_candidates, share, probability, origin FROM mentions

-- name: word_mentions (rows)
-- reads: mentions, words
-- `pair_mentions` of words: each has one candidate, itself, which is certain.
SELECT m.figure_id, w.word_id AS entity_id, m.match, 'strict' AS flavour, 1 AS n_candidates,
    CAST(1 AS DOUBLE) AS share, CAST(1 AS DOUBLE) AS probability, 'inline' AS origin
FROM (SELECT DISTINCT figure_id, match FROM mentions) AS m JOIN words AS w ON w.word = m.match

-- name: pair_mentions (python)
-- reads: entity_mentions, word_mentions
-- A view of one of the two: one row for each figure, entity and drawn word.

-- name: entity_codes (table)
-- reads: pair_entities
-- Integer codes in the order of the identifiers, so that comparing codes sorts the ends of a pair. `taxon` is 0 for
-- entities without a taxon, which pair with every taxon.
SELECT
    e.entity_id, e.category, e.taxon AS taxon_id,
    CAST(ROW_NUMBER() OVER (ORDER BY e.entity_id) AS INT) AS entity,
    COALESCE(t.taxon, 0) AS taxon
FROM pair_entities AS e
LEFT JOIN (
    SELECT taxon_id, CAST(ROW_NUMBER() OVER (ORDER BY taxon_id) AS INT) AS taxon
    FROM (SELECT DISTINCT taxon AS taxon_id FROM pair_entities WHERE taxon IS NOT NULL) AS taxa
) AS t ON t.taxon_id = e.taxon

-- name: figure_codes (table)
-- reads: known_figures, mentions, figures
-- One row for each figure whose pairs are counted: those with at most $max_entities entities of its record. Entities
-- are counted only where there are more mentions, because that takes long. `paper` is 0 where a paper has no other
-- figure, because such a figure never shares a pair with another one of its paper.
SELECT
    k.figure_id,
    CAST(ROW_NUMBER() OVER (ORDER BY k.figure_id) AS INT) AS figure,
    CASE WHEN p.figures = 1 THEN 0 ELSE p.paper END AS paper,
    f.year
FROM known_figures AS k
JOIN (
    SELECT figure_id FROM mentions WHERE origin <> 'reread' GROUP BY figure_id HAVING COUNT(*) <= $max_entities
    UNION ALL
    SELECT m.figure_id
    FROM mentions AS m
    JOIN (
        SELECT figure_id FROM mentions WHERE origin <> 'reread' GROUP BY figure_id HAVING COUNT(*) > $max_entities
    ) AS g ON g.figure_id = m.figure_id
    WHERE m.origin <> 'reread'
    GROUP BY m.figure_id HAVING COUNT(DISTINCT m.entity_id) <= $max_entities
) AS s ON s.figure_id = k.figure_id
JOIN (
    SELECT paper_id, COUNT(*) AS figures, CAST(ROW_NUMBER() OVER (ORDER BY paper_id) AS INT) AS paper
    FROM known_figures GROUP BY paper_id
) AS p ON p.paper_id = k.paper_id
LEFT JOIN figures AS f ON f.figure_id = k.figure_id

-- name: figure_words (table)
-- reads: pair_mentions, figure_codes, entity_codes
-- The mentions as whole numbers; a mention without a known word is a word of its own.
-- `flavour`: 1 strict, 2 synonyms, 3 all. `size` is 1 / share, NULL without a share: the number of candidates where the
-- word is not in doubt, so that products of sizes are whole numbers there. `likely`: the probability is at least $likely.
-- `recorded`: the record has the entity for this word.
SELECT
    f.figure, e.entity, e.taxon,
    CASE WHEN m.share = CAST(1 AS DOUBLE) / m.n_candidates THEN CAST(m.n_candidates AS DOUBLE)
        WHEN m.share > 0 THEN CAST(1 AS DOUBLE) / m.share END AS size,
    m.probability >= $likely AS likely, m.origin <> 'reread' AS recorded,
    CASE m.flavour WHEN 'strict' THEN 1 WHEN 'synonyms' THEN 2 ELSE 3 END AS flavour,
    w.word
FROM pair_mentions AS m
JOIN figure_codes AS f ON f.figure_id = m.figure_id
JOIN entity_codes AS e ON e.entity_id = m.entity_id
JOIN (
    SELECT match, CAST(ROW_NUMBER() OVER (ORDER BY match) AS INT) AS word
    FROM (SELECT DISTINCT COALESCE(match, CONCAT('=', entity_id)) AS match FROM pair_mentions) AS words
) AS w ON w.match = COALESCE(m.match, CONCAT('=', m.entity_id))

-- name: figure_entities (table)
-- reads: figure_words, figure_codes
-- One row for each figure and entity. Two words of an entity suffice to weigh all its pairs: the one of the least size
-- (`word1`, `size1`) and the size of the next (`size2`, NULL where there is one word). `likely1` and `likelies` are a
-- word and their number for likely mentions; of these, `strict1` and `stricts` are those for official symbols,
-- `synonym1` and `synonyms` for symbols and synonyms. `recorded`: the record has the entity.
SELECT
    d.figure, d.entity, d.taxon, f.paper, f.year,
    MAX(CASE WHEN d.place = 1 THEN d.word END) AS word1,
    MAX(CASE WHEN d.place = 1 THEN d.size END) AS size1,
    MAX(CASE WHEN d.place = 2 THEN d.size END) AS size2,
    MIN(CASE WHEN d.likely THEN d.word END) AS likely1,
    CAST(COUNT(CASE WHEN d.likely THEN d.word END) AS INT) AS likelies,
    MIN(CASE WHEN d.likely AND d.flavour = 1 THEN d.word END) AS strict1,
    CAST(COUNT(CASE WHEN d.likely AND d.flavour = 1 THEN d.word END) AS INT) AS stricts,
    MIN(CASE WHEN d.likely AND d.flavour < 3 THEN d.word END) AS synonym1,
    CAST(COUNT(CASE WHEN d.likely AND d.flavour < 3 THEN d.word END) AS INT) AS synonyms,
    BOOL_OR(d.recorded) AS recorded
FROM (
    SELECT
        figure, entity, taxon, word, MIN(size) AS size, MIN(flavour) AS flavour, BOOL_OR(likely) AS likely,
        BOOL_OR(recorded) AS recorded,
        ROW_NUMBER() OVER (PARTITION BY figure, entity ORDER BY MIN(size) NULLS LAST, word) AS place
    FROM figure_words
    GROUP BY figure, entity, taxon, word
) AS d
JOIN figure_codes AS f ON f.figure = d.figure
GROUP BY d.figure, d.entity, d.taxon, f.paper, f.year

-- name: universe (table)
-- reads: figure_words
-- One row for each context and figure that could show a pair of it: two different words among the entities that pair
-- there, of likely mentions. The context of a pair is the taxon of its genes, or 0 without a gene.
SELECT c.figure, c.context
FROM (SELECT DISTINCT figure, taxon AS context FROM figure_words WHERE likely) AS c
JOIN figure_words AS w ON w.figure = c.figure AND (w.taxon = c.context OR w.taxon = 0)
WHERE w.likely
GROUP BY c.figure, c.context
HAVING COUNT(DISTINCT w.word) > 1

-- name: marginals (table)
-- reads: universe, figure_entities
-- One row for each context and entity: the figures of the universe that mention it, by likely mentions.
SELECT u.context, m.entity, CAST(COUNT(*) AS INT) AS figures
FROM universe AS u
JOIN figure_entities AS m ON m.figure = u.figure AND (m.taxon = u.context OR m.taxon = 0)
WHERE m.likelies > 0
GROUP BY u.context, m.entity

-- name: universe_sizes (table)
-- reads: universe
-- One row for each context: the figures of its universe.
SELECT context, CAST(COUNT(*) AS INT) AS figures FROM universe GROUP BY context
