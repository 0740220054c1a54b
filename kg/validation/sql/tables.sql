-- Checks of tables against each other. Each statement selects the faulty rows of the table that its name begins with:
-- columns of the key say where, the other columns show the fault. A valid build has none.

-- name: citations_source (rows)
-- reads: citations, figures
-- Source documents that are not the figure's own paper, and figures without a source document.
SELECT COALESCE(c.citing_id, f.figure_id) AS citing_id, c.cited_id, 'source_document' AS kind, f.paper_id
FROM (SELECT * FROM citations WHERE kind = 'source_document') AS c
FULL OUTER JOIN figures AS f ON f.figure_id = c.citing_id
WHERE c.cited_id IS DISTINCT FROM f.paper_id

-- name: mentions_strict (rows)
-- reads: mentions, entities
-- Chemicals and diseases that are not strict although they are not expanded; families without the flavour `all`.
SELECT m.figure_id, m.entity_id, m.match, m.word, e.category, m.flavour
FROM mentions AS m JOIN entities AS e ON e.entity_id = m.entity_id
WHERE (e.category IN ('chemical', 'disease') AND m.flavour <> 'strict')
    OR (e.category = 'family' AND m.flavour <> 'all')

-- name: mentions_reread (rows)
-- reads: mentions, word_readings
-- Mentions of the origin `reread` whose word is not in doubt in the figure, or that the record has, too.
SELECT m.figure_id, m.entity_id, m.match, m.word, m.origin, m.probability
FROM mentions AS m
WHERE m.origin = 'reread' AND (
    NOT EXISTS (SELECT 1 FROM word_readings AS r WHERE r.figure_id = m.figure_id AND r.match = m.match)
    OR EXISTS (
        SELECT 1 FROM mentions AS o
        WHERE o.figure_id = m.figure_id AND o.match = m.match AND o.entity_id = m.entity_id AND o.origin <> 'reread'
    )
)

-- name: word_readings_sum (rows)
-- reads: word_readings
-- Words in doubt whose probabilities in a figure do not add up to 1; the place is that of the first reading.
SELECT figure_id, match, MIN(entity_id) AS entity_id, COUNT(*) AS readings, SUM(probability) AS total
FROM word_readings
GROUP BY figure_id, match
HAVING ABS(SUM(probability) - 1) > 1e-9

-- name: word_readings_recorded (rows)
-- reads: word_readings, mentions
-- Readings as a gene of which it is wrong whether the record has them.
SELECT r.figure_id, r.match, r.entity_id, r.recorded
FROM word_readings AS r
WHERE r.category = 'gene' AND r.recorded <> EXISTS (
    SELECT 1 FROM mentions AS m
    WHERE m.figure_id = r.figure_id AND m.match = r.match AND m.entity_id = r.entity_id AND m.origin <> 'reread'
)

-- name: mentions_probability (rows)
-- reads: mentions, entities, word_readings
-- Mentions whose probability or share is not that of the readings of their word. The genes of a family are in no table,
-- so that a gene has the probability of its own reading at least, and at most that of all families added.
SELECT figure_id, entity_id, match, word, probability, share, least, most, least_share, most_share
FROM (
    SELECT m.figure_id, m.entity_id, m.match, m.word, m.probability, m.share,
        CASE WHEN d.match IS NULL THEN 1 ELSE COALESCE(r.probability, 0) END AS least,
        CASE WHEN d.match IS NULL THEN 1 WHEN e.category = 'family' THEN COALESCE(r.probability, 0)
            ELSE COALESCE(r.probability, 0) + d.of_families END AS most,
        CASE WHEN d.match IS NULL THEN 1 / m.n_candidates ELSE COALESCE(r.probability, 0) END AS least_share,
        CASE WHEN d.match IS NULL THEN 1 / m.n_candidates WHEN e.category = 'family' THEN COALESCE(r.probability, 0)
            ELSE COALESCE(r.probability, 0) + d.family_shares END AS most_share
    FROM mentions AS m
    JOIN entities AS e ON e.entity_id = m.entity_id
    LEFT JOIN (
        SELECT figure_id, match, SUM(CASE WHEN category = 'family' THEN probability ELSE 0 END) AS of_families,
            SUM(CASE WHEN category = 'family' THEN probability / members ELSE 0 END) AS family_shares
        FROM word_readings
        GROUP BY figure_id, match
    ) AS d
        ON d.figure_id = m.figure_id AND d.match = m.match AND e.category IN ('gene', 'family')
        AND e.taxon = 'ncbitaxon:9606'
    LEFT JOIN word_readings AS r ON r.figure_id = m.figure_id AND r.match = m.match AND r.entity_id = m.entity_id
) AS bounded
WHERE NOT (probability BETWEEN least - 1e-9 AND most + 1e-9 AND share BETWEEN least_share - 1e-9 AND most_share + 1e-9)

-- name: mentions_shares (rows)
-- reads: mentions, entities
-- Words whose shares in a figure add up to more than 1; the place is that of the first entity.
SELECT figure_id, MIN(entity_id) AS entity_id, match, MIN(word) AS word, COUNT(*) AS entities, SUM(share) AS total
FROM (
    SELECT m.figure_id, m.match, m.entity_id, e.category, e.taxon, MIN(m.word) AS word, MAX(m.share) AS share
    FROM mentions AS m JOIN entities AS e ON e.entity_id = m.entity_id
    WHERE m.match IS NOT NULL
    GROUP BY m.figure_id, m.match, m.entity_id, e.category, e.taxon
) AS shares
GROUP BY figure_id, match, category, taxon
HAVING SUM(share) > 1 + 1e-9

-- name: members_category (rows)
-- reads: members, entities
-- Members that are no gene, or are of no family.
SELECT m.family_id, m.entity_id, f.category AS family_category, e.category
FROM members AS m
JOIN entities AS f ON f.entity_id = m.family_id
JOIN entities AS e ON e.entity_id = m.entity_id
WHERE f.category <> 'family' OR e.category <> 'gene'

-- name: cooccurrences_kind (rows)
-- reads: cooccurrences, entities
-- Pairs whose categories or organism are not those of their two entities, or whose entities are of two organisms.
SELECT p.subject_id, p.object_id, p.subject_category, p.object_category, p.taxon,
    s.category AS of_subject, o.category AS of_object, s.taxon AS taxon_of_subject, o.taxon AS taxon_of_object
FROM cooccurrences AS p
JOIN entities AS s ON s.entity_id = p.subject_id
JOIN entities AS o ON o.entity_id = p.object_id
WHERE p.subject_category <> s.category OR p.object_category <> o.category
    OR p.taxon IS DISTINCT FROM COALESCE(s.taxon, o.taxon) OR s.taxon <> o.taxon

-- name: word_cooccurrences_kind (rows)
-- reads: word_cooccurrences, words
-- Pairs of words whose categories are not those of the words.
SELECT p.subject_id, p.object_id, p.subject_category, p.object_category,
    s.category AS of_subject, o.category AS of_object
FROM word_cooccurrences AS p
JOIN words AS s ON s.word_id = p.subject_id
JOIN words AS o ON o.word_id = p.object_id
WHERE p.subject_category <> s.category OR p.object_category <> o.category

-- name: papers_counted (rows)
-- reads: papers, figures
-- Papers whose number of figures is not how many figures are part of them.
SELECT p.paper_id, p.figures, COALESCE(f.figures, 0) AS counted
FROM papers AS p
LEFT JOIN (SELECT paper_id, COUNT(*) AS figures FROM figures GROUP BY paper_id) AS f ON f.paper_id = p.paper_id
WHERE p.figures <> COALESCE(f.figures, 0)

-- name: papers_named (rows)
-- reads: papers, citations
-- Papers without figures that neither cite nor are cited.
SELECT paper_id, figures
FROM papers
WHERE figures = 0 AND paper_id NOT IN (
    SELECT citing_id FROM citations WHERE kind = 'reference'
    UNION
    SELECT cited_id FROM citations WHERE kind = 'reference'
)

-- name: entities_counted (rows)
-- reads: entities, mentions, figures
-- Entities whose numbers of figures and papers are not those of their likely mentions.
SELECT e.entity_id, e.figures, e.papers, COALESCE(m.figures, 0) AS counted_figures,
    COALESCE(m.papers, 0) AS counted_papers
FROM entities AS e
LEFT JOIN (
    SELECT m.entity_id, COUNT(DISTINCT m.figure_id) AS figures, COUNT(DISTINCT f.paper_id) AS papers
    FROM mentions AS m JOIN figures AS f ON f.figure_id = m.figure_id
    WHERE m.probability >= $likely
    GROUP BY m.entity_id
) AS m ON m.entity_id = e.entity_id
WHERE e.figures <> COALESCE(m.figures, 0) OR e.papers <> COALESCE(m.papers, 0)

-- name: mentions_candidates (rows)
-- reads: mentions, entities
-- Mentions whose number of candidates is not how many entities of their category and organism the word expands to, as
-- the record has it.
SELECT m.figure_id, m.entity_id, m.match, m.word, m.n_candidates, c.counted
FROM mentions AS m
JOIN entities AS e ON e.entity_id = m.entity_id
LEFT JOIN (
    SELECT m.figure_id, m.match, e.category, e.taxon, COUNT(DISTINCT m.entity_id) AS counted
    FROM mentions AS m JOIN entities AS e ON e.entity_id = m.entity_id
    WHERE m.match IS NOT NULL AND m.origin <> 'reread'
    GROUP BY m.figure_id, m.match, e.category, e.taxon
) AS c ON c.figure_id = m.figure_id AND c.match = m.match AND c.category = e.category
    AND COALESCE(c.taxon, '') = COALESCE(e.taxon, '')
WHERE m.n_candidates <> COALESCE(c.counted, 1)

-- name: words_counted (rows)
-- reads: words, mentions, figures, entities
-- Words whose numbers, status or category are not those of their mentions. The entities are the likely ones, or all
-- where none is; what no record has is no use of a category.
-- Any of the most frequent categories will do.
WITH kinds AS (
    SELECT m.match, CASE WHEN e.category = 'family' THEN 'gene' ELSE e.category END AS category, COUNT(*) AS uses
    FROM mentions AS m JOIN entities AS e ON e.entity_id = m.entity_id
    WHERE m.match IS NOT NULL AND m.origin <> 'reread'
    GROUP BY m.match, CASE WHEN e.category = 'family' THEN 'gene' ELSE e.category END
)
SELECT w.word_id, w.word, w.figures, w.papers, w.entities, w.word_status, w.category,
    c.figures AS counted_figures, c.papers AS counted_papers, c.entities AS counted_entities,
    c.word_status AS counted_status, k.uses AS uses_of_category, c.uses AS most_uses
FROM words AS w
LEFT JOIN (
    SELECT m.match, COUNT(DISTINCT m.figure_id) AS figures, COUNT(DISTINCT f.paper_id) AS papers,
        COALESCE(
            NULLIF(COUNT(DISTINCT CASE WHEN e.category <> 'family' AND m.probability >= $likely THEN m.entity_id END), 0),
            COUNT(DISTINCT CASE WHEN e.category <> 'family' THEN m.entity_id END)
        ) AS entities,
        CASE WHEN BOOL_OR(m.word_status = 'given') THEN 'given' ELSE 'inferred' END AS word_status,
        ANY_VALUE(u.uses) AS uses
    FROM mentions AS m
    JOIN figures AS f ON f.figure_id = m.figure_id
    JOIN entities AS e ON e.entity_id = m.entity_id
    JOIN (SELECT match, MAX(uses) AS uses FROM kinds GROUP BY match) AS u ON u.match = m.match
    WHERE m.match IS NOT NULL
    GROUP BY m.match
) AS c ON c.match = w.word
LEFT JOIN kinds AS k ON k.match = w.word AND k.category = w.category
WHERE w.figures IS DISTINCT FROM c.figures OR w.papers IS DISTINCT FROM c.papers
    OR w.entities IS DISTINCT FROM c.entities OR w.word_status IS DISTINCT FROM c.word_status
    OR k.uses IS DISTINCT FROM c.uses
