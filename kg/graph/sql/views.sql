-- The tables of one view, and its nodes and edges.
--
-- A view has a schema of its own with `view_entities`, `view_pairs`, `view_evidence`, `view_mentions`, `view_figures`,
-- `view_papers`, `view_citations`, `view_members` and, in a view of pairs, `view_words`. All but the last are in every
-- view; those that it does not show are empty. Python adds the conditions of `Filters` to the statements that say so.

-- name: entity_nodes (rows)
-- reads: entities
-- One row for each entity, in the shape of a node; the columns of words are empty. Python adds the filters.
SELECT *, NULL AS word_status, NULL AS entities FROM entities

-- name: word_nodes (rows)
-- reads: words
-- One row for each drawn word, in the shape of an entity. Python adds the filters.
SELECT word_id AS entity_id, 'word' AS category, word AS name, word_status, entities, figures, papers,
    NULL AS taxon, NULL AS id_status, CAST([] AS VARCHAR[]) AS xrefs, CAST([] AS VARCHAR[]) AS synonyms
FROM words

-- name: entity_pairs (rows)
-- reads: cooccurrences
-- One row for each co-occurrence of entities. `place` orders the pairs of an ego view. Python adds the filters.
SELECT *, 0 AS place FROM cooccurrences

-- name: narrow_pairs (rows)
-- reads: cooccurrences
-- The same with the columns that choose and rank pairs only: reading 30 million rows with all columns takes seconds.
SELECT subject_id, object_id, weight, figures, figures_synonyms, figures_strict, q, 0 AS place FROM cooccurrences

-- name: word_pairs (rows)
-- reads: word_cooccurrences
-- One row for each co-occurrence of words, in the shape of those of entities. A word is not expanded, so the weight of
-- its pairs is their number of figures. Python adds the filters.
SELECT *, CAST(figures AS DOUBLE) AS weight, NULL AS figures_all, NULL AS figures_synonyms, NULL AS figures_strict,
    NULL AS taxon, 0 AS place
FROM word_cooccurrences

-- name: pairs_of_list (rows)
-- reads: listed
-- Those of $pairs, narrow or not, with an end in the list. Python adds the filters.
SELECT * FROM ($pairs)
WHERE subject_id IN (SELECT entity_id FROM listed) OR object_id IN (SELECT entity_id FROM listed)

-- name: list_partners (rows)
-- reads: list_pairs, listed
-- The `most` best partners of a list: those of most members first, then by the sum of the $strength of these pairs.
-- Strengths are summed as whole numbers, in units of one $weight_units-th, because sums of doubles depend on the order.
SELECT entity_id, COUNT(*) AS members, SUM(CAST(ROUND(strength * $weight_units) AS BIGINT)) AS strength
FROM (
    SELECT object_id AS entity_id, $strength AS strength
    FROM list_pairs WHERE subject_id IN (SELECT entity_id FROM listed)
    UNION ALL
    SELECT subject_id AS entity_id, $strength AS strength
    FROM list_pairs WHERE object_id IN (SELECT entity_id FROM listed)
)
WHERE entity_id NOT IN (SELECT entity_id FROM listed)
GROUP BY entity_id
ORDER BY members DESC, strength DESC, entity_id
LIMIT $most

-- name: next_reached (rows)
-- reads: passing_pairs, reached
-- One row for each entity one step further than those of `reached`, the ends of the strongest pairs first.
SELECT
    entity_id,
    (SELECT MAX(place) FROM reached)
        + ROW_NUMBER() OVER (ORDER BY MAX(weight) DESC, MAX(figures) DESC, entity_id) AS place
FROM (
    SELECT p.object_id AS entity_id, p.weight, p.figures
    FROM passing_pairs AS p JOIN reached AS r ON r.entity_id = p.subject_id
    UNION ALL
    SELECT p.subject_id AS entity_id, p.weight, p.figures
    FROM passing_pairs AS p JOIN reached AS r ON r.entity_id = p.object_id
)
WHERE entity_id NOT IN (SELECT entity_id FROM reached)
GROUP BY entity_id

-- name: pairs_reached (rows)
-- reads: passing_pairs, reached
-- The pairs among the entities reached, each at the place of its farther end: becomes `near_pairs` of an ego view.
SELECT p.* REPLACE (GREATEST(s.place, o.place) AS place)
FROM passing_pairs AS p
JOIN reached AS s ON s.entity_id = p.subject_id
JOIN reached AS o ON o.entity_id = p.object_id

-- name: pairs_everywhere (rows)
-- reads: passing_pairs
-- All pairs that pass the filters: becomes `near_pairs` of every other view.
SELECT * FROM passing_pairs

-- name: pairs_of_backbone (rows)
-- reads: near_pairs
-- The pairs whose alpha is below $level: becomes `ranked_pairs`. Alpha is the probability of such a weight at one of
-- the ends if the end's strength were spread over its pairs at random: (1 - w / s)^(k - 1). The lesser of both ends
-- counts, and an end with one pair has 1. Serrano, Boguna, Vespignani (2009), Extracting the multiscale backbone of
-- complex weighted networks, PNAS 106(16):6483-6488. Weights are summed as whole numbers, in units of one
-- $weight_units-th, because sums of doubles depend on the order.
WITH ends AS (
    SELECT subject_id AS id, weight FROM near_pairs
    UNION ALL
    SELECT object_id AS id, weight FROM near_pairs
),
strengths AS (
    SELECT id, CAST(SUM(CAST(ROUND(weight * $weight_units) AS BIGINT)) AS DOUBLE) / $weight_units AS strength,
        COUNT(*) AS degree
    FROM ends GROUP BY id
)
SELECT p.*
FROM near_pairs AS p
JOIN strengths AS s ON s.id = p.subject_id
JOIN strengths AS o ON o.id = p.object_id
WHERE LEAST(
    CASE WHEN s.degree > 1 THEN POWER(1 - LEAST(p.weight / s.strength, 1), s.degree - 1) ELSE 1 END,
    CASE WHEN o.degree > 1 THEN POWER(1 - LEAST(p.weight / o.strength, 1), o.degree - 1) ELSE 1 END
) < $level

-- name: pairs_without_backbone (rows)
-- reads: near_pairs
-- All pairs near enough: becomes `ranked_pairs` of a view without a backbone.
SELECT * FROM near_pairs

-- name: pairs_by_strength (rows)
-- reads: ranked_pairs
-- The number of pairs by $strength without its fraction, the strongest first.
SELECT FLOOR($strength) AS least, COUNT(*) AS pairs FROM ranked_pairs GROUP BY least ORDER BY least DESC

-- name: strong_pairs (rows)
-- reads: ranked_pairs
-- The pairs whose $strength is $least or more.
SELECT * FROM ranked_pairs WHERE $strength >= $least

-- name: pairs_of_nodes (rows)
-- reads: strong_pairs
-- The pairs that are among the $each best of one of their ends, by the order $strongest: becomes `pairs_cut`.
SELECT p.*
FROM strong_pairs AS p
JOIN (
    SELECT DISTINCT subject_id, object_id
    FROM (
        SELECT *, ROW_NUMBER() OVER (PARTITION BY id ORDER BY $strongest, subject_id, object_id) AS number
        FROM (
            SELECT subject_id AS id, * FROM strong_pairs
            UNION ALL
            SELECT object_id AS id, * FROM strong_pairs
        )
    )
    WHERE number <= $each
) AS best ON best.subject_id = p.subject_id AND best.object_id = p.object_id

-- name: given_pairs (rows)
-- reads: chosen, cooccurrences
-- The pairs that Python appended as `chosen`, with their other columns from `cooccurrences`.
SELECT p.*, 0 AS place FROM cooccurrences AS p JOIN chosen AS c USING (subject_id, object_id)

-- name: given_pairs_recounted (rows)
-- reads: chosen, cooccurrences
-- The pairs that Python appended as `chosen`, counted anew there, with their statistics from `cooccurrences`.
SELECT p.* REPLACE (
        c.figures AS figures, c.figures_all AS figures_all, c.figures_synonyms AS figures_synonyms,
        c.figures_strict AS figures_strict, c.papers AS papers, c.first_year AS first_year, c.last_year AS last_year,
        c.weight AS weight
    ), 0 AS place
FROM cooccurrences AS p JOIN chosen AS c USING (subject_id, object_id)

-- name: least_of_pairs (rows)
-- reads: chosen
-- The least weight and figures of the pairs of `chosen`, and their ends.
SELECT MIN(weight) AS least_weight, MIN(figures) AS least_figures, list(DISTINCT subject_id) AS subjects,
    list(DISTINCT object_id) AS objects
FROM chosen

-- name: pairs_widened (rows)
-- reads: chosen, cooccurrences
-- The pairs of `chosen`, which are narrow, with all columns. The conditions follow from the join; they are repeated,
-- because then most of the file is skipped.
SELECT p.*, c.place
FROM cooccurrences AS p JOIN chosen AS c ON c.subject_id = p.subject_id AND c.object_id = p.object_id
WHERE p.weight >= $least_weight AND p.figures >= $least_figures
    AND p.subject_id IN ($subjects) AND p.object_id IN ($objects)

-- name: ends_of_pairs (rows)
-- reads: centers, passing_entities, view_pairs
-- The entities of a view of pairs: the ends of its pairs, and its `centers`, which Python appended, with or without one.
SELECT * FROM passing_entities
WHERE entity_id IN (
    SELECT subject_id FROM view_pairs UNION SELECT object_id FROM view_pairs UNION SELECT entity_id FROM centers
)

-- name: entities_mentioned (rows)
-- reads: passing_entities, view_mentions
-- The entities of a view of figures: those that its figures mention.
SELECT * FROM passing_entities WHERE entity_id IN (SELECT entity_id FROM view_mentions)

-- name: entities_passing (rows)
-- reads: passing_entities
-- The entities of the full view: all that pass the filters.
SELECT * FROM passing_entities

-- name: words_of_entities (rows)
-- reads: figures, mentions, view_pairs
-- One row for each figure, end of a pair of the view and word that stands for it there. An entity whose word is unknown has a
-- word of its own. Only mentions of a probability of $least or more count; `sure`: it is $sure or more. Only figures from
-- year $first to $last count; NULL years count if $dated is 0.
SELECT
    figure_id, entity_id AS node_id, COALESCE(match, '=' || entity_id) AS word, MAX(probability) >= $sure AS sure
FROM mentions
WHERE flavour IN ($flavours) AND probability >= $least
    AND entity_id IN (SELECT subject_id FROM view_pairs UNION SELECT object_id FROM view_pairs)
    AND ($dated = 0 OR figure_id IN (SELECT figure_id FROM figures WHERE year BETWEEN $first AND $last))
GROUP BY figure_id, entity_id, COALESCE(match, '=' || entity_id)

-- name: words_themselves (rows)
-- reads: mentions, view_entities, words
-- One row for each figure and word of a view of words, which stands for itself: there is nothing to be sure of.
SELECT DISTINCT m.figure_id, w.word_id AS node_id, m.match AS word, CAST(NULL AS BOOLEAN) AS sure
FROM mentions AS m JOIN words AS w ON w.word = m.match
WHERE m.flavour IN ($flavours) AND w.word_id IN (SELECT entity_id FROM view_entities)

-- name: figures_of_many (rows)
-- reads: mentions
-- The figures of more than $max_entities mentions, which may have as many entities.
SELECT figure_id FROM mentions GROUP BY figure_id HAVING COUNT(*) > $max_entities ORDER BY figure_id

-- name: crowded_figures (rows)
-- reads: mentions
-- Those of the $figures whose record has more than $max_entities entities.
SELECT figure_id FROM mentions
WHERE figure_id IN ($figures) AND origin <> 'reread'
GROUP BY figure_id HAVING COUNT(DISTINCT entity_id) > $max_entities

-- name: figure_places (rows)
-- reads: crowded_figures, figures
-- The place of each figure that may be evidence, the likeliest pathways first.
SELECT
    figure_id, CAST(ROW_NUMBER() OVER (ORDER BY pathway_score DESC NULLS LAST, figure_id) AS INT) AS place
FROM figures WHERE figure_id NOT IN (SELECT figure_id FROM crowded_figures)

-- name: node_numbers (rows)
-- reads: view_entities
-- A number for each node, because numbers are joined faster than identifiers.
SELECT entity_id, CAST(ROW_NUMBER() OVER (ORDER BY entity_id) AS INT) AS number FROM view_entities

-- name: word_numbers (rows)
-- reads: view_words
-- A number for each word, because numbers are compared faster than texts.
SELECT word, CAST(ROW_NUMBER() OVER (ORDER BY word) AS INT) AS number FROM (SELECT DISTINCT word FROM view_words)

-- name: drawn_nodes (rows)
-- reads: figure_places, node_numbers, view_words, word_numbers
-- One row for each figure that may be evidence and node that it draws, both as numbers: `place` orders figures, the
-- likeliest pathways first. `word` is the node's only word there, or a number below 0 of the node's own where it has
-- several, so that two nodes have two different words unless both numbers are equal. `sure` is the same of the sure
-- words, NULL where there is none.
SELECT f.place, n.number,
    CASE WHEN MIN(t.number) = MAX(t.number) THEN MIN(t.number) ELSE -n.number END AS word,
    CASE
        WHEN MIN(t.number) FILTER (w.sure) = MAX(t.number) FILTER (w.sure) THEN MIN(t.number) FILTER (w.sure)
        WHEN BOOL_OR(w.sure) THEN -n.number
    END AS sure,
    BOOL_OR(w.sure IS NOT NULL) AS known
FROM view_words AS w
JOIN word_numbers AS t ON t.word = w.word
JOIN figure_places AS f ON f.figure_id = w.figure_id
JOIN node_numbers AS n ON n.entity_id = w.node_id
GROUP BY f.place, n.number

-- name: pair_figures (rows)
-- reads: drawn_nodes, node_numbers, view_pairs
-- One row for each pair: the first five `places` of the figures that show it by two different words, the number of such
-- figures, and of those `unsure` ones that show it by no two words that are both sure. Figures are counted by numbers of
-- nodes, because a hub and its partners may have millions of figures.
SELECT s.entity_id AS subject_id, o.entity_id AS object_id, c.places, c.figures, c.known, c.unsure
FROM (
    SELECT
        p.subject, p.object, MIN(a.place, 5) AS places, COUNT(*) AS figures, BOOL_OR(a.known) AS known,
        COUNT(*) FILTER (NOT COALESCE(a.sure <> b.sure, FALSE)) AS unsure
    FROM (
        SELECT s.number AS subject, o.number AS object
        FROM view_pairs AS v
        JOIN node_numbers AS s ON s.entity_id = v.subject_id
        JOIN node_numbers AS o ON o.entity_id = v.object_id
    ) AS p
    JOIN drawn_nodes AS a ON a.number = p.subject
    JOIN drawn_nodes AS b ON b.number = p.object AND b.place = a.place
    WHERE a.word <> b.word
    GROUP BY p.subject, p.object
) AS c
JOIN node_numbers AS s ON s.number = c.subject
JOIN node_numbers AS o ON o.number = c.object

-- name: view_evidence (rows)
-- reads: figure_places, pair_figures
-- Up to five figures that show each pair by two different words, the likeliest pathways first. `doubt` is the part of all
-- such figures that show it by no two words that are both sure. Crowded figures were not counted, so they are no
-- evidence.
SELECT
    p.subject_id, p.object_id, string_agg(substr(f.figure_id, 7), '|' ORDER BY f.place) AS evidence,
    any_value(CASE WHEN p.known THEN ROUND(CAST(p.unsure AS DOUBLE) / p.figures, 4) END) AS doubt
FROM (SELECT *, unnest(places) AS place FROM pair_figures) AS p
JOIN figure_places AS f ON f.place = p.place
GROUP BY p.subject_id, p.object_id

-- name: no_evidence (rows)
-- reads: view_pairs
-- The evidence of a view of figures: none, because its figures are there.
SELECT subject_id, object_id, subject_id AS evidence, CAST(NULL AS DOUBLE) AS doubt FROM view_pairs LIMIT 0

-- name: view_mentions (rows)
-- reads: mentions, passing_entities
-- The mentions of the figures: of $figure alone, of `every` one, or of `none`, of a probability of $least or more.
SELECT * FROM mentions
WHERE $figure IN ('every', figure_id) AND flavour IN ($flavours) AND probability >= $least
    AND entity_id IN (SELECT entity_id FROM passing_entities)

-- name: view_figures (rows)
-- reads: figures, view_mentions
-- The figures: $figure alone, `every` one, those `mentioned` in the mentions, or `none`.
SELECT * FROM figures
WHERE $figure IN ('every', figure_id)
    OR ($figure = 'mentioned' AND figure_id IN (SELECT figure_id FROM view_mentions))

-- name: view_members (rows)
-- reads: members, view_entities
-- The genes of each family, where the view shows both and $members is 1.
SELECT * FROM members
WHERE $members = 1 AND family_id IN (SELECT entity_id FROM view_entities)
    AND entity_id IN (SELECT entity_id FROM view_entities)

-- name: view_citations (rows)
-- reads: citations, view_figures
-- The citations: `every` one, those of the figures `shown`, or `none`.
SELECT * FROM citations
WHERE $citations = 'every' OR ($citations = 'shown' AND citing_id IN (SELECT figure_id FROM view_figures))

-- name: view_papers (rows)
-- reads: papers, view_citations
-- The papers at either end of a citation.
SELECT * FROM papers
WHERE paper_id IN (SELECT cited_id FROM view_citations UNION SELECT citing_id FROM view_citations)

-- name: size (rows)
-- reads: view_citations, view_entities, view_figures, view_members, view_mentions, view_pairs, view_papers
-- The number of nodes and of edges.
SELECT
    (SELECT COUNT(*) FROM view_entities) + (SELECT COUNT(*) FROM view_figures) + (SELECT COUNT(*) FROM view_papers)
        AS nodes,
    (SELECT COUNT(*) FROM view_citations) + (SELECT COUNT(*) FROM view_members) + (SELECT COUNT(*) FROM view_pairs)
        + (SELECT COUNT(*) FROM (SELECT DISTINCT figure_id, entity_id FROM view_mentions) AS mentioned) AS edges

-- name: nodes (rows)
-- reads: mentions, view_entities, view_figures, view_papers
-- One row for each node, sorted by identifier; the columns are those of kg.graph.views.NODE_COLUMNS. The probability of
-- an entity is the mean of all its mentions in the build. Hundredths are summed, because they are whole numbers.
SELECT * FROM (
    SELECT
        e.entity_id AS id, e.name, e.category AS type, e.taxon, e.id_status, e.word_status, e.entities,
        CASE WHEN len(e.xrefs) > 0 THEN array_to_string(e.xrefs, '|') END AS xrefs,
        CASE WHEN len(e.synonyms) > 0 THEN array_to_string(e.synonyms, '|') END AS synonyms, e.figures, e.papers,
        m.probability
    FROM view_entities AS e
    LEFT JOIN (
        SELECT entity_id,
            ROUND(SUM(CAST(ROUND(probability * 100) AS BIGINT)) / (100 * COUNT(*)), 4) AS probability
        FROM mentions
        WHERE entity_id IN (SELECT entity_id FROM view_entities)
        GROUP BY entity_id
    ) AS m ON m.entity_id = e.entity_id
    UNION ALL BY NAME
    SELECT
        figure_id AS id, COALESCE(alias, substr(figure_id, 7)) AS name, 'figure' AS type, title, year, number,
        pathway_score
    FROM view_figures
    UNION ALL BY NAME
    SELECT
        paper_id AS id, substr(paper_id, strpos(paper_id, ':') + 1) AS name, 'paper' AS type, title, year, figures,
        reference, doi
    FROM view_papers
)
ORDER BY id

-- name: nodes_of_list (rows)
-- reads: view_joined
-- The rows of `nodes` in the network of a list, with `query` and the joined columns `joined_0`, `joined_1`...
SELECT n.*, j.* EXCLUDE (entity_id)
FROM ($nodes) AS n LEFT JOIN view_joined AS j ON j.entity_id = n.id
ORDER BY n.id

-- name: edges (rows)
-- reads: view_citations, view_evidence, view_members, view_mentions, view_pairs
-- One row for each edge, sorted by kind and ends; the columns are those of kg.graph.views.EDGE_COLUMNS.
SELECT * FROM (
    SELECT 1 AS rank, citing_id AS source_id, cited_id AS target_id, 'cites' AS interaction, kind
    FROM view_citations
    UNION ALL BY NAME
    SELECT
        2 AS rank, figure_id AS source_id, entity_id AS target_id, 'mentions' AS interaction,
        string_agg(DISTINCT COALESCE(word, match), '|' ORDER BY COALESCE(word, match)) AS words,
        min(word_status) AS word_status,
        string_agg(DISTINCT source, '|' ORDER BY source) AS lexicon,
        min(origin) AS origin, min(n_candidates) AS n_candidates,
        arg_min(flavour, list_position(['strict', 'synonyms', 'all'], flavour)) AS flavour,
        max(probability) AS probability
    FROM view_mentions
    GROUP BY figure_id, entity_id
    UNION ALL BY NAME
    SELECT 3 AS rank, entity_id AS source_id, family_id AS target_id, 'member-of' AS interaction FROM view_members
    UNION ALL BY NAME
    SELECT
        4 AS rank, p.subject_id AS source_id, p.object_id AS target_id, 'co-occurs' AS interaction, p.taxon,
        p.weight, p.figures, p.figures_all, p.figures_synonyms, p.figures_strict, p.papers, p.first_year, p.last_year,
        p.expected, p.lift, p.jaccard, p.npmi, p.log10_p, p.q, e.doubt, e.evidence
    FROM view_pairs AS p
    LEFT JOIN view_evidence AS e ON e.subject_id = p.subject_id AND e.object_id = p.object_id
)
ORDER BY rank, source_id, target_id, kind
