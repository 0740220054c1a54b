-- Answers to questions about entities and lists, as tables for data frames.

-- name: partners (rows)
-- reads: passing_pairs, entities
-- One row for each partner of $center among the pairs that pass the filters. Python adds the order and the limit.
SELECT
    e.entity_id AS partner_id, e.name AS partner, e.category, e.taxon, p.weight, p.figures, p.figures_synonyms,
    p.figures_strict, p.papers, p.first_year, p.last_year, p.expected, p.lift, p.npmi, p.log10_p, p.q, p.subject_id,
    p.object_id, p.place
FROM passing_pairs AS p
JOIN entities AS e ON e.entity_id = CASE WHEN p.subject_id = $center THEN p.object_id ELSE p.subject_id END

-- name: pairs_of_center (rows)
-- reads: cooccurrences
-- The pairs of $center, in the shape of those of a view. The table is sorted by `subject_id`, so that the first half reads
-- little of it.
SELECT *, 0 AS place FROM cooccurrences WHERE subject_id = $center
UNION ALL
SELECT *, 0 AS place FROM cooccurrences WHERE object_id = $center

-- name: evidence (rows)
-- reads: figures, mentions, entities
-- One row for each figure in which two different words mean $first and $second with a probability of $least or more, as
-- co-occurrence counts them: not in figures of more than $max_entities entities of their record, and not for genes of
-- two organisms. The likeliest pathways come first. `sure`: two such words have a probability of $sure or more.
SELECT
    f.figure_id, f.title, f.year, f.paper_id, p.first_words, p.second_words, p.sure, f.pathway_score, f.url
FROM (
    SELECT
        a.figure_id, BOOL_OR(a.probability >= $sure AND b.probability >= $sure) AS sure,
        COALESCE(list(DISTINCT COALESCE(a.word, a.match) ORDER BY COALESCE(a.word, a.match))
            FILTER (COALESCE(a.word, a.match) IS NOT NULL), []) AS first_words,
        COALESCE(list(DISTINCT COALESCE(b.word, b.match) ORDER BY COALESCE(b.word, b.match))
            FILTER (COALESCE(b.word, b.match) IS NOT NULL), []) AS second_words
    FROM mentions AS a
    JOIN mentions AS b ON b.figure_id = a.figure_id
    WHERE a.entity_id = $first AND b.entity_id = $second AND a.flavour IN ($flavours) AND b.flavour IN ($flavours)
        AND a.probability >= $least AND b.probability >= $least
        AND COALESCE(a.match, '=' || a.entity_id) <> COALESCE(b.match, '=' || b.entity_id)
    GROUP BY a.figure_id
) AS p
JOIN figures AS f ON f.figure_id = p.figure_id
WHERE (SELECT COUNT(DISTINCT taxon) FROM entities WHERE entity_id IN ($first, $second)) < 2
    AND (
        SELECT COUNT(DISTINCT m.entity_id) FROM mentions AS m
        WHERE m.figure_id = p.figure_id AND m.origin <> 'reread'
    ) <= $max_entities
ORDER BY f.pathway_score DESC NULLS LAST, f.figure_id

-- name: figures_of_list (rows)
-- reads: figures, mentions, entities, listed
-- One row for each figure with $min_hits or more. `listed` has the entities of the list. A word that means several of
-- them is one hit, and so is an entity that several words mean: `hits` is the lesser of both numbers. `words_drawn` is the
-- number of all words with a likely meaning. Only mentions of a probability of $least or more count.
SELECT
    f.figure_id, f.title, f.year, f.paper_id, h.hits, d.words_drawn, h.words, h.entities, f.pathway_score, f.url
FROM (
    SELECT
        m.figure_id,
        LEAST(COUNT(DISTINCT COALESCE(m.match, '=' || m.entity_id)), COUNT(DISTINCT m.entity_id)) AS hits,
        COALESCE(list(DISTINCT COALESCE(m.word, m.match) ORDER BY COALESCE(m.word, m.match))
            FILTER (COALESCE(m.word, m.match) IS NOT NULL), []) AS words,
        list(DISTINCT e.name ORDER BY e.name) AS entities
    FROM mentions AS m
    JOIN entities AS e ON e.entity_id = m.entity_id
    WHERE m.probability >= $least AND m.entity_id IN (SELECT entity_id FROM listed)
    GROUP BY m.figure_id
) AS h
JOIN (
    SELECT figure_id, COUNT(DISTINCT COALESCE(match, '=' || entity_id)) AS words_drawn
    FROM mentions WHERE probability >= $least GROUP BY figure_id
) AS d ON d.figure_id = h.figure_id
JOIN figures AS f ON f.figure_id = h.figure_id
WHERE h.hits >= $min_hits
ORDER BY h.hits DESC, d.words_drawn, f.pathway_score DESC NULLS LAST, f.figure_id
