-- The explorer's database: the tables of a build with integers for identifiers, so that requests are quick.
-- `entity_codes`, `figure_words` and `figure_entities` are made by the statements that a build counts pairs with.

-- name: numbered_pairs (view)
-- reads: cooccurrences, entity_codes
-- One row for each pair of entities, by their numbers. Pairs that were read from one word only are in no network.
SELECT
    s.entity AS subject, o.entity AS object, c.figures, c.figures_all, c.figures_synonyms, c.figures_strict, c.papers,
    c.weight, c.npmi, c.q, c.first_year, c.last_year
FROM cooccurrences AS c
JOIN entity_codes AS s ON s.entity_id = c.subject_id
JOIN entity_codes AS o ON o.entity_id = c.object_id
WHERE c.figures > 0

-- name: pairs_by_object (view)
-- reads: numbered_pairs
-- One row for each pair, with the columns that partners are chosen by.
SELECT object, subject, figures, figures_synonyms, figures_strict, weight, q FROM numbered_pairs

-- name: common_pairs (table)
-- reads: numbered_pairs
-- One row for each pair of $least figures or more, copied from the published table. Most pairs are rarer, so that this
-- copy is there sooner than that of all.
SELECT * FROM numbered_pairs WHERE figures >= $least

-- name: strong_pairs (table)
-- reads: common_pairs
-- One row for each pair from the build's threshold on.
SELECT * FROM common_pairs WHERE figures >= $threshold

-- name: numbered_figures (table)
-- reads: figures, papers, mentions
-- One row for each figure: its number and the columns that are shown. Pairs are not counted in a figure whose record has
-- more than $max_entities entities.
SELECT
    CAST(ROW_NUMBER() OVER (ORDER BY f.figure_id) AS INT) AS figure, f.figure_id, f.alias, f.title, f.year, f.url,
    f.filename, f.pathway_score AS score, f.paper_id, p.title AS paper_title, o.figure_id IS NULL AS counted,
    CAST(DENSE_RANK() OVER (ORDER BY f.paper_id) AS INT) AS paper
FROM figures AS f
LEFT JOIN papers AS p ON p.paper_id = f.paper_id
LEFT JOIN (
    SELECT figure_id FROM mentions
    WHERE origin <> 'reread' AND figure_id IN (
        SELECT figure_id FROM mentions GROUP BY figure_id HAVING COUNT(*) > $max_entities
    )
    GROUP BY figure_id HAVING COUNT(DISTINCT entity_id) > $max_entities
) AS o ON o.figure_id = f.figure_id

-- name: numbered_mentions (table)
-- reads: mentions, numbered_figures, entity_codes
-- One row for each mention, sorted by entity. Two mentions are of one word if their forms are equal. A keyword whose
-- word is unknown is a word of its own. flavour: 1 strict, 2 synonyms, 3 all. `likely`: the probability is at least
-- $likely. `recorded`: the record has the entity for this word. `size` is that of `figure_words` of a build.
SELECT
    f.figure, e.entity, COALESCE(m.match, '=' || m.entity_id) AS form, COALESCE(m.word, m.match) AS word,
    m.word_status AS status, CAST(list_position(['strict', 'synonyms', 'all'], m.flavour) AS TINYINT) AS flavour,
    m.probability, m.probability >= $likely AS likely, m.origin <> 'reread' AS recorded,
    CASE WHEN m.share = CAST(1 AS DOUBLE) / m.n_candidates THEN CAST(m.n_candidates AS DOUBLE)
        WHEN m.share > 0 THEN CAST(1 AS DOUBLE) / m.share END AS size
FROM mentions AS m
JOIN numbered_figures AS f ON f.figure_id = m.figure_id
JOIN entity_codes AS e ON e.entity_id = m.entity_id
ORDER BY e.entity, f.figure

-- name: numbered_readings (table)
-- reads: word_readings, numbered_figures
-- One row for each figure, word in doubt and reading that it may have there, sorted by figure.
SELECT f.figure, r.match AS form, r.entity_id AS id, r.name, r.category, r.members, r.source, r.recorded, r.probability
FROM word_readings AS r JOIN numbered_figures AS f ON f.figure_id = r.figure_id
ORDER BY f.figure, r.match

-- name: counted_figure_codes (table)
-- reads: numbered_figures
-- The figures that pairs are counted in, in the columns of `figure_codes` of a build. `paper` is 0 where a paper has no
-- other such figure.
SELECT figure_id, figure, CASE WHEN COUNT(*) OVER (PARTITION BY paper) = 1 THEN 0 ELSE paper END AS paper, year
FROM numbered_figures
WHERE counted

-- name: entity_figures (table)
-- reads: figure_entities
-- One row for each entity of a figure that counts, with its two words of least expansion. The rows are sorted by
-- entity, so that those of a few entities are read without the others.
SELECT * FROM figure_entities ORDER BY entity, figure

-- name: common_pairs_by_object (table)
-- reads: common_pairs
-- One row for each pair of $least figures or more, sorted by its second entity.
SELECT object, subject, figures, figures_synonyms, figures_strict, weight, q
FROM common_pairs
ORDER BY object, subject

-- name: rare_pairs (table)
-- reads: numbered_pairs
-- One row for each pair of fewer than $least figures, copied from the published table.
SELECT * FROM numbered_pairs WHERE figures < $least

-- name: rare_pairs_by_object (table)
-- reads: rare_pairs
-- One row for each of these pairs, sorted by its second entity.
SELECT object, subject, figures, figures_synonyms, figures_strict, weight, q
FROM rare_pairs
ORDER BY object, subject

-- name: copied_pairs (rows)
-- reads: common_pairs, rare_pairs
-- `numbered_pairs` from the copies.
SELECT * FROM common_pairs UNION ALL SELECT * FROM rare_pairs

-- name: copied_pairs_by_object (rows)
-- reads: common_pairs_by_object, rare_pairs_by_object
-- `pairs_by_object` from the copies.
SELECT * FROM common_pairs_by_object UNION ALL SELECT * FROM rare_pairs_by_object

-- name: publication_years (rows)
-- reads: figures
-- One row: the first and the last year of a figure.
SELECT MIN(year) AS first, MAX(year) AS last FROM figures

-- name: uncounted_figures (rows)
-- reads: numbered_figures
-- One row for each figure with more entities than pairs are counted for.
SELECT figure_id FROM numbered_figures WHERE NOT counted ORDER BY figure_id
