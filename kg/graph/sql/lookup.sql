-- What `kg stats` and `kg lookup` show.

-- name: grounding (rows)
-- reads: entities, mentions
-- How many entities and mentions of each category have an identifier, and where it comes from.
SELECT e.category, e.id_status AS identifier, COUNT(*) AS entities, CAST(SUM(m.mentions) AS BIGINT) AS mentions
FROM entities AS e
JOIN (SELECT entity_id, COUNT(*) AS mentions FROM mentions GROUP BY entity_id) AS m ON m.entity_id = e.entity_id
GROUP BY e.category, e.id_status
ORDER BY e.category, e.id_status

-- name: ungrounded_words (rows)
-- reads: entities
-- The $top words without an identifier that most figures draw.
SELECT name AS word, category, figures FROM entities
WHERE id_status = 'none'
ORDER BY figures DESC, entity_id LIMIT $top

-- name: ambiguous_words (rows)
-- reads: words
-- The $top words that stand for most entities.
SELECT word, category, word_status AS status, entities, figures FROM words
WHERE entities > 1
ORDER BY entities DESC, figures DESC, word_id LIMIT $top

-- name: most_drawn_entities (rows)
-- reads: entities
-- The $top entities that most figures draw.
SELECT entity_id, name, category, figures, papers FROM entities
ORDER BY figures DESC, papers DESC, entity_id LIMIT $top

-- name: strongest_pairs (rows)
-- reads: cooccurrences, entities
-- The $top pairs of entities of the greatest weight, in at least $min_figures figures.
SELECT s.name AS subject, o.name AS object, c.weight, c.figures, c.figures_all, c.papers, c.npmi, c.q
FROM cooccurrences AS c
JOIN entities AS s ON s.entity_id = c.subject_id
JOIN entities AS o ON o.entity_id = c.object_id
WHERE c.figures >= $min_figures
ORDER BY c.weight DESC, c.figures DESC, c.subject_id, c.object_id LIMIT $top

-- name: strongest_word_pairs (rows)
-- reads: word_cooccurrences, words
-- The $top pairs of words that most figures draw, in at least $min_figures figures. Of equal pairs in at least
-- $npmi_floor figures the one of higher NPMI comes first.
SELECT s.word AS subject, o.word AS object, c.figures, c.papers, c.npmi, c.q
FROM word_cooccurrences AS c
JOIN words AS s ON s.word_id = c.subject_id
JOIN words AS o ON o.word_id = c.object_id
WHERE c.figures >= $min_figures
ORDER BY
    c.figures DESC, CASE WHEN c.figures >= $npmi_floor THEN c.npmi END DESC NULLS LAST, c.subject_id, c.object_id
LIMIT $top

-- name: words_starting_alike (rows)
-- reads: words
-- The drawn words with the first character $first, among which other spellings of a word are.
SELECT word FROM words WHERE word[:1] = $first ORDER BY word

-- name: entities_meant (rows)
-- reads: entities
-- The entities that $text may mean: those that the lexicon reads it as, in $readings, and those that have it, or one
-- of its plain $spellings, as identifier, name or synonym.
SELECT entity_id FROM entities
WHERE list_contains(CAST([$readings] AS VARCHAR[]), entity_id) OR list_has_any(xrefs, CAST([$readings] AS VARCHAR[]))
    OR entity_id = $text OR lower(name) = lower($text) OR upper(name) IN ($spellings)
    OR list_contains(xrefs, $text) OR list_contains(synonyms, $text)
ORDER BY entity_id

-- name: figures_drawing (rows)
-- reads: mentions
-- In how many figures the word is drawn, in any of its $spellings, and in how many the $entities that it may mean.
SELECT
    COUNT(DISTINCT figure_id) FILTER (match IN ($spellings)) AS word,
    COUNT(DISTINCT figure_id) FILTER (list_contains(CAST([$entities] AS VARCHAR[]), entity_id)) AS thing
FROM mentions
WHERE match IN ($spellings) OR list_contains(CAST([$entities] AS VARCHAR[]), entity_id)

-- name: drawn_as (rows)
-- reads: entities, mentions
-- The entities that the word stands for, in any of its $spellings, one row for each spelling and status.
SELECT u.match AS word, u.word_status AS status, f.figures, COUNT(*) AS entities,
    list(e.name ORDER BY u.figures DESC, e.name) AS names
FROM (
    SELECT match, word_status, entity_id, COUNT(DISTINCT figure_id) AS figures
    FROM mentions WHERE match IN ($spellings) GROUP BY match, word_status, entity_id
) AS u
JOIN (
    SELECT match, word_status, COUNT(DISTINCT figure_id) AS figures
    FROM mentions WHERE match IN ($spellings) GROUP BY match, word_status
) AS f ON f.match = u.match AND f.word_status = u.word_status
JOIN entities AS e ON e.entity_id = u.entity_id
GROUP BY u.match, u.word_status, f.figures
ORDER BY f.figures DESC, u.match, u.word_status

-- name: drawn_by (rows)
-- reads: entities, mentions
-- The words by which the $entities are drawn; the word of a keyword may be unknown. `probability` is the mean of these
-- mentions; hundredths are summed, because they are whole numbers.
SELECT e.entity_id, e.name, COALESCE(m.match, '(word not known)') AS word, m.flavour,
    COUNT(DISTINCT m.figure_id) AS figures, MIN(m.n_candidates) AS of,
    ROUND(SUM(CAST(ROUND(m.probability * 100) AS BIGINT)) / (100 * COUNT(*)), 4) AS probability
FROM entities AS e
JOIN mentions AS m ON m.entity_id = e.entity_id
WHERE list_contains(CAST([$entities] AS VARCHAR[]), e.entity_id)
GROUP BY e.entity_id, e.name, m.match, m.flavour
ORDER BY figures DESC, e.entity_id, word, m.flavour LIMIT $top

-- name: drawn_together (rows)
-- reads: word_cooccurrences, words
-- The words drawn together with the word, whose spellings have the identifiers $word_ids, one row for each word. It has
-- the numbers of the spelling that it is drawn with most: figures of several spellings cannot be added, because one
-- figure may draw both. The pairs are filtered before they are joined, because joining all of them takes longer.
-- Of equal words in at least $npmi_floor figures the one of higher NPMI comes first.
SELECT word, figures, npmi, q
FROM (
    SELECT w.word, c.figures, c.npmi, c.q, ROW_NUMBER() OVER (
        PARTITION BY w.word
        ORDER BY c.figures DESC, CASE WHEN c.figures >= $npmi_floor THEN c.npmi END DESC NULLS LAST, c.one, c.other
    ) AS place
    FROM (
        SELECT subject_id AS one, object_id AS other, figures, npmi, q FROM word_cooccurrences
        WHERE subject_id IN ($word_ids)
        UNION ALL
        SELECT object_id AS one, subject_id AS other, figures, npmi, q FROM word_cooccurrences
        WHERE object_id IN ($word_ids)
    ) AS c
    JOIN words AS w ON w.word_id = c.other
    WHERE c.other NOT IN ($word_ids)
) AS partners
WHERE place = 1
ORDER BY figures DESC, CASE WHEN figures >= $npmi_floor THEN npmi END DESC NULLS LAST, word LIMIT $top

-- name: drawn_in (rows)
-- reads: figures, mentions
-- The figures that draw the word, in any of its $spellings, or one of the $entities, the likeliest pathways first.
SELECT substr(f.figure_id, 7) AS figure, f.year, f.title
FROM figures AS f
WHERE f.figure_id IN (
    SELECT figure_id FROM mentions
    WHERE match IN ($spellings) OR list_contains(CAST([$entities] AS VARCHAR[]), entity_id)
)
ORDER BY f.pathway_score DESC NULLS LAST, f.figure_id LIMIT $top
