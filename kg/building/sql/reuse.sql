-- Pairs of the previous build that still hold: those of two entities of which changed figures show at most one. The
-- statements run once for the pairs of entities and once for the pairs of words, which then count as entities.

-- name: previous_entity_mentions (rows)
-- reads: previous_mentions
-- `previous_pair_mentions` of entities.
SELECT figure_id, entity_id FROM previous_mentions

-- name: previous_word_mentions (rows)
-- reads: previous_mentions, previous_words
-- `previous_pair_mentions` of words.
SELECT m.figure_id, w.word_id AS entity_id
FROM previous_mentions AS m JOIN previous_words AS w ON w.word = m.match

-- name: previous_pair_mentions (python)
-- reads: previous_entity_mentions, previous_word_mentions
-- A view of one of the two: one row for each mention of the previous build.

-- name: previous_entity_pairs (rows)
-- reads: previous_cooccurrences
-- `previous_pairs` of entities.
SELECT
    subject_id, object_id, figures, figures_all, figures_synonyms, figures_strict, papers, weight, first_year, last_year
FROM previous_cooccurrences

-- name: previous_word_pairs (rows)
-- reads: previous_word_cooccurrences
-- `previous_pairs` of words. A word has one candidate and no flavour, so all its counts are equal.
SELECT
    subject_id, object_id, figures, figures AS figures_all, figures AS figures_synonyms, figures AS figures_strict,
    papers, CAST(figures AS DOUBLE) AS weight, first_year, last_year
FROM previous_word_cooccurrences

-- name: previous_pairs (python)
-- reads: previous_entity_pairs, previous_word_pairs
-- A view of one of the two: one row for each pair of the previous build.

-- name: recounted (table)
-- reads: entity_codes, pair_mentions, previous_pair_mentions, changed_figures
-- The entities that changed figures show, or showed. Pairs of two of them are counted anew.
SELECT c.entity
FROM entity_codes AS c
JOIN (
    SELECT m.entity_id FROM pair_mentions AS m JOIN changed_figures AS f ON f.figure_id = m.figure_id
    UNION
    SELECT m.entity_id FROM previous_pair_mentions AS m JOIN changed_figures AS f ON f.figure_id = m.figure_id
) AS shown ON shown.entity_id = c.entity_id

-- name: recounted_figure_entities (table)
-- reads: figure_entities, recounted
-- The rows of `figure_entities` whose pairs are counted anew.
SELECT f.* FROM figure_entities AS f JOIN recounted AS r ON r.entity = f.entity

-- name: recounted_share (rows)
-- reads: figure_entities, recounted_figure_entities
-- The share of `figure_entities` whose pairs are counted anew; 0 where there are none.
SELECT COALESCE((SELECT COUNT(*) FROM recounted_figure_entities) / NULLIF((SELECT COUNT(*) FROM figure_entities), 0), 0)
    AS share

-- name: loads_with_reused (rows)
-- reads: loads, previous_pairs, entity_codes
-- `loads`, and one more for each pair of the previous build, reused or not.
SELECT entity, CAST(SUM(instances) AS BIGINT) AS instances
FROM (
    SELECT entity, instances FROM loads
    UNION ALL
    SELECT c.entity, COUNT(*) AS instances
    FROM previous_pairs AS p JOIN entity_codes AS c ON c.entity_id = p.subject_id
    GROUP BY c.entity
) AS every_load
GROUP BY entity
ORDER BY entity

-- name: reused_pairs (rows)
-- reads: previous_pairs, entity_codes, marginals, universe_sizes, recounted
-- Reused pairs in the columns of `pairs`. Their weights were published in units of 1 / $published_weight_units, so they
-- are multiples of $units_of_published. Margins and universe are those of this build.
SELECT
    s.entity AS subject, o.entity AS object, GREATEST(s.taxon, o.taxon) AS context,
    p.figures, p.figures_all, p.figures_synonyms, p.figures_strict, p.papers,
    CAST(ROUND(p.weight * $published_weight_units) AS BIGINT) * $units_of_published AS weight_units,
    p.first_year, p.last_year,
    a.figures AS subject_figures, b.figures AS object_figures, n.figures AS universe
FROM previous_pairs AS p
JOIN entity_codes AS s ON s.entity_id = p.subject_id
JOIN entity_codes AS o ON o.entity_id = p.object_id
LEFT JOIN marginals AS a ON a.context = GREATEST(s.taxon, o.taxon) AND a.entity = s.entity
LEFT JOIN marginals AS b ON b.context = GREATEST(s.taxon, o.taxon) AND b.entity = o.entity
LEFT JOIN universe_sizes AS n ON n.context = GREATEST(s.taxon, o.taxon)
LEFT JOIN recounted AS x ON x.entity = s.entity
LEFT JOIN recounted AS y ON y.entity = o.entity
WHERE s.entity BETWEEN $first AND $last AND (x.entity IS NULL OR y.entity IS NULL)
