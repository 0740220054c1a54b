-- The figures that differ from those of the previous build.

-- name: previous_figures (python)
-- The published figures of the previous build.

-- name: previous_mentions (python)
-- Its mentions.

-- name: previous_entities (python)
-- Its entities.

-- name: previous_words (python)
-- Its words.

-- name: previous_cooccurrences (python)
-- Its pairs of entities.

-- name: previous_word_cooccurrences (python)
-- Its pairs of words.

-- name: changed_figures (table)
-- reads: mentions, previous_mentions, figures, previous_figures
-- Figures whose mentions, paper or year differ between the two builds.
SELECT DISTINCT figure_id
FROM (
    SELECT figure_id FROM (
        SELECT figure_id, entity_id, match, n_candidates, flavour, probability, share, origin = 'reread' FROM mentions
        EXCEPT
        SELECT figure_id, entity_id, match, n_candidates, flavour, probability, share, origin = 'reread'
        FROM previous_mentions
    ) AS new_mentions
    UNION ALL
    SELECT figure_id FROM (
        SELECT figure_id, entity_id, match, n_candidates, flavour, probability, share, origin = 'reread'
        FROM previous_mentions
        EXCEPT
        SELECT figure_id, entity_id, match, n_candidates, flavour, probability, share, origin = 'reread' FROM mentions
    ) AS old_mentions
    UNION ALL
    SELECT figure_id FROM (
        SELECT figure_id, paper_id, year FROM figures EXCEPT SELECT figure_id, paper_id, year FROM previous_figures
    ) AS new_figures
    UNION ALL
    SELECT figure_id FROM (
        SELECT figure_id, paper_id, year FROM previous_figures EXCEPT SELECT figure_id, paper_id, year FROM figures
    ) AS old_figures
) AS differing

-- name: changed_identifiers (rows)
-- reads: entities, previous_entities, words, previous_words
-- The number of entities of another taxon, which pair with other entities, and of words of another identifier. Pairs are
-- reused only where it is 0.
SELECT
    (SELECT COUNT(*) FROM entities AS e JOIN previous_entities AS p ON p.entity_id = e.entity_id
        WHERE p.taxon IS DISTINCT FROM e.taxon)
    + (SELECT COUNT(*) FROM words AS w JOIN previous_words AS p ON p.word = w.word WHERE p.word_id <> w.word_id) AS n
