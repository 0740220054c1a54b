-- KGX: the rows of each kind of node and edge, in the order of the files.

-- name: kgx_papers (rows)
-- reads: papers
-- One row for each paper.
SELECT * FROM papers ORDER BY paper_id

-- name: kgx_figures (rows)
-- reads: figures
-- One row for each figure.
SELECT * FROM figures ORDER BY figure_id

-- name: kgx_entities (rows)
-- reads: entities
-- One row for each entity.
SELECT * FROM entities ORDER BY entity_id

-- name: kgx_figure_papers (rows)
-- reads: figures
-- One row for each figure and its paper, named as the ends of a citation.
SELECT figure_id AS citing_id, paper_id AS cited_id FROM figures ORDER BY figure_id

-- name: kgx_mentions (rows)
-- reads: mentions, figures, entities
-- One row for each mention, with its paper and entity. Mentions of one figure and entity follow each other, because
-- they become one edge.
SELECT m.*, f.paper_id, e.name, e.category, e.taxon
FROM mentions AS m
JOIN figures AS f ON f.figure_id = m.figure_id
JOIN entities AS e ON e.entity_id = m.entity_id
ORDER BY m.figure_id, m.entity_id, m.match NULLS LAST, m.word NULLS LAST

-- name: kgx_references (rows)
-- reads: citations
-- One row for each paper that cites another.
SELECT citing_id, cited_id FROM citations WHERE kind = 'reference' ORDER BY citing_id, cited_id

-- name: kgx_members (rows)
-- reads: members
-- One row for each family and member.
SELECT * FROM members ORDER BY family_id, entity_id

-- name: kgx_cooccurrences (rows)
-- reads: cooccurrences, entities, figures, mentions
-- One row for each pair of at least `least` figures, with up to five figures that show it by two different words that
-- likely mean its ends, the likeliest pathways first, and their papers. The gene is the subject of a pair of gene and
-- disease, as in Biolink. Figures with more than `max_entities` entities are no evidence,
-- because they were not counted. A pair that the build publishes has the predicate `published`, another one `other`.
WITH codes AS (
    SELECT entity_id, CAST(ROW_NUMBER() OVER (ORDER BY entity_id) AS INT) AS entity FROM entities
),
ranked AS (
    SELECT figure_id, paper_id,
        CAST(ROW_NUMBER() OVER (ORDER BY pathway_score DESC NULLS LAST, figure_id) AS INT) AS place
    FROM figures
),
pairs AS (
    SELECT p.*, s.entity AS subject, o.entity AS object,
        subject_category = 'disease' AND object_category = 'gene' AS turned
    FROM cooccurrences AS p
    JOIN codes AS s ON s.entity_id = p.subject_id
    JOIN codes AS o ON o.entity_id = p.object_id
    WHERE p.figures >= $least
),
drawn AS (
    -- A keyword without a word counts as a word of its own. The least and the greatest word tell whether two entities
    -- have two different words.
    SELECT r.place, c.entity, MIN(COALESCE(m.match, '=' || m.entity_id)) AS least,
        MAX(COALESCE(m.match, '=' || m.entity_id)) AS greatest
    FROM mentions AS m
    JOIN ranked AS r ON r.figure_id = m.figure_id
    JOIN codes AS c ON c.entity_id = m.entity_id
    WHERE m.reading <> 'doubtful' AND m.figure_id NOT IN (
        SELECT figure_id FROM mentions WHERE origin <> 'reread'
        GROUP BY figure_id HAVING COUNT(DISTINCT entity_id) > $max_entities
    )
    GROUP BY r.place, c.entity
),
together AS (
    SELECT a.entity AS subject, b.entity AS object, a.place
    FROM drawn AS a JOIN drawn AS b ON b.place = a.place AND a.entity < b.entity
    WHERE a.least <> b.least OR a.greatest <> b.least OR a.least <> b.greatest
),
shown AS (
    SELECT subject, object, unnest(min(place, 5)) AS place
    FROM together SEMI JOIN pairs USING (subject, object)
    GROUP BY subject, object
),
evidence AS (
    SELECT s.subject, s.object, list(r.figure_id ORDER BY s.place) AS evidence,
        list_sort(list_distinct(list(r.paper_id))) AS evidence_papers
    FROM shown AS s JOIN ranked AS r ON r.place = s.place
    GROUP BY s.subject, s.object
)
SELECT
    CASE WHEN p.turned THEN p.object_id ELSE p.subject_id END AS subject_id,
    CASE WHEN p.turned THEN p.subject_id ELSE p.object_id END AS object_id,
    CASE WHEN p.turned THEN p.object_figures ELSE p.subject_figures END AS subject_figures,
    CASE WHEN p.turned THEN p.subject_figures ELSE p.object_figures END AS object_figures,
    CASE
        WHEN p.subject_category = 'gene' AND p.object_category = 'gene' THEN 'biolink:GeneToGeneAssociation'
        ELSE 'biolink:Association'
    END AS association,
    CASE WHEN p.papers >= $publish_papers AND p.npmi > 0 AND p.q <= $publish_q THEN $published ELSE $other END
        AS predicate,
    p.figures, p.figures_all, p.figures_synonyms, p.figures_strict, p.papers, p.weight, p.universe, p.taxon,
    p.first_year, p.last_year, p.expected, p.lift, p.jaccard, p.npmi, p.log10_p, p.q, e.evidence, e.evidence_papers
FROM pairs AS p
LEFT JOIN evidence AS e ON e.subject = p.subject AND e.object = p.object
ORDER BY p.subject, p.object
