-- The exported database: facts about the build, then the canned queries in SQL. A query has the name, the rows and the
-- order of its SPARQL sibling. A query with arguments becomes a macro (kg/exporters/duckdb.py has their defaults).

-- name: build (table)
-- One row: version, base IRI and threshold of the build.
SELECT $version AS version, $base AS base, $min_figures AS min_figures

-- name: annotations (view)
-- reads: word_readings
-- One row for each figure and word in it, by normal form, with the probability of its most probable reading, if in doubt.
SELECT w.*, d.probability
FROM ($annotations) AS w
LEFT JOIN (
    SELECT figure_id, match, max(probability) AS probability FROM word_readings GROUP BY figure_id, match
) AS d USING (figure_id, match)

-- name: pairs (view)
-- reads: cooccurrences, build
-- One row for each pair in as many figures as the build writes to RDF.
SELECT c.* FROM cooccurrences AS c, build AS b WHERE c.figures >= b.min_figures

-- name: partners_of_each (view)
-- reads: pairs
-- Each pair twice, once from either end.
SELECT subject_id AS entity, object_id AS partner, * EXCLUDE (subject_id, object_id) FROM pairs
UNION ALL
SELECT object_id AS entity, subject_id AS partner, * EXCLUDE (subject_id, object_id) FROM pairs

-- name: drawn (view)
-- reads: mentions, entities, figures
-- One row for each figure and entity that it likely mentions.
SELECT DISTINCT m.figure_id AS figure, m.entity_id AS entity, f.paper_id AS paper, e.category, e.name
FROM mentions AS m JOIN entities AS e USING (entity_id) JOIN figures AS f USING (figure_id)
WHERE m.reading <> 'doubtful'

-- name: drawn_words (view)
-- reads: drawn, mentions
-- One row for each figure, entity that it likely mentions, and word that draws it; the entity itself where none is known.
SELECT d.figure, d.entity, coalesce(m.match, d.entity) AS word
FROM drawn AS d LEFT JOIN (
    SELECT figure_id AS figure, entity_id AS entity, match
    FROM mentions WHERE reading <> 'doubtful' AND match IS NOT NULL
) AS m USING (figure, entity)

-- name: ambiguous_words (view)
-- reads: annotations
-- The 50 words whose reading is not sure in most figures, then those that expand to most entities.
SELECT w.word, coalesce(d.unsure, 0) AS unsure, d.probability, w.expands_to, w.figures
FROM (SELECT match AS word, max(size) AS expands_to, count(*) AS figures FROM annotations GROUP BY match) AS w
LEFT JOIN (
    SELECT match AS word, count(*) AS unsure,
        sum(CAST(round(probability * 100) AS BIGINT)) / count(*) / 100 AS probability
    FROM annotations WHERE probability < $sure GROUP BY match
) AS d USING (word)
WHERE w.expands_to > 1 OR d.unsure > 0
ORDER BY unsure DESC, w.expands_to DESC, w.figures DESC, w.word LIMIT 50

-- name: chemicals_of_gene (view)
-- reads: drawn, figures
-- Chemicals in the figures of the gene `of_gene`.
SELECT g.entity AS gene, c.entity AS chemical, c.name, c.figure, f.title
FROM drawn AS g JOIN drawn AS c USING (figure) JOIN figures AS f ON f.figure_id = g.figure
WHERE g.entity = of_gene AND c.category = 'chemical'
ORDER BY c.name, chemical, c.figure

-- name: citing_pairs (view)
-- reads: citations, drawn
-- The 100 citations between papers that draw most genes in common.
SELECT c.citing_id AS citing, c.cited_id AS cited, count(DISTINCT a.entity) AS genes
FROM citations AS c
JOIN drawn AS a ON a.paper = c.citing_id
JOIN drawn AS b ON b.paper = c.cited_id AND b.entity = a.entity
WHERE c.kind = 'reference' AND a.category = 'gene'
GROUP BY citing, cited ORDER BY genes DESC, citing, cited LIMIT 100

-- name: family_artefacts (view)
-- reads: pairs, entities
-- The 50 pairs in most figures where in at least half of them one word alone draws both ends, or an end is unlikely.
SELECT p.subject_id AS subject, s.name AS subject_name, p.object_id AS object, o.name AS object_name,
    p.figures_all AS all_figures, p.figures, p.weight
FROM pairs AS p
JOIN entities AS s ON s.entity_id = p.subject_id
JOIN entities AS o ON o.entity_id = p.object_id
WHERE p.figures_all >= 2 * CAST(p.figures AS BIGINT)
ORDER BY p.figures_all DESC, subject, object LIMIT 50

-- name: figures_of_genes (view)
-- reads: drawn_words, figures
-- The 100 figures with most different words of the genes `of_genes`, and with `at_least` words and genes of these.
SELECT at_least AS minimum, d.figure, f.title, count(DISTINCT d.word) AS words, count(DISTINCT d.entity) AS genes
FROM drawn_words AS d JOIN figures AS f ON f.figure_id = d.figure
WHERE list_contains(of_genes, d.entity)
GROUP BY ALL HAVING count(DISTINCT d.word) >= at_least AND count(DISTINCT d.entity) >= at_least
ORDER BY words DESC, genes DESC, d.figure LIMIT 100

-- name: genes_of_disease (view)
-- reads: drawn, entities
-- The 100 genes in most papers that draw the disease `of_disease`, too.
SELECT of_disease AS disease, g.entity AS gene, g.name,
    count(DISTINCT g.paper) AS papers, count(DISTINCT g.figure) AS figures
FROM drawn AS g JOIN drawn AS d USING (figure) JOIN entities AS e ON e.entity_id = d.entity
WHERE (d.entity = of_disease OR list_contains(e.xrefs, of_disease)) AND g.category = 'gene'
GROUP BY ALL
ORDER BY papers DESC, figures DESC, gene LIMIT 100

-- name: organisms (view)
-- reads: entities, mentions
-- Figures and genes of each organism.
SELECT e.taxon, count(DISTINCT m.figure_id) AS figures, count(DISTINCT e.entity_id) AS genes
FROM entities AS e JOIN mentions AS m USING (entity_id)
WHERE e.taxon IS NOT NULL AND m.reading <> 'doubtful'
GROUP BY e.taxon ORDER BY figures DESC, e.taxon

-- name: pair_by_year (view)
-- reads: drawn, papers
-- Figures and papers of the pair `first_one` and `second_one`, by year.
SELECT first_one AS first, second_one AS second, p.year,
    count(DISTINCT a.figure) AS figures, count(DISTINCT a.paper) AS papers
FROM drawn AS a JOIN drawn AS b USING (figure) JOIN papers AS p ON p.paper_id = a.paper
WHERE a.entity = first_one AND b.entity = second_one AND p.year IS NOT NULL
GROUP BY ALL ORDER BY p.year

-- name: partners (view)
-- reads: partners_of_each, entities
-- The 100 strongest partners of `of_entity`.
SELECT p.entity, p.partner, e.name, p.figures, p.papers, p.weight, p.npmi, p.q
FROM partners_of_each AS p JOIN entities AS e ON e.entity_id = p.partner
WHERE p.entity = of_entity
ORDER BY p.weight DESC, p.figures DESC, p.partner LIMIT 100

-- name: shared_figures (view)
-- reads: drawn, figures, papers
-- Figures that likely draw both `first_one` and `second_one`.
SELECT first_one AS first, second_one AS second, a.figure, f.title, a.paper, p.year
FROM drawn AS a JOIN drawn AS b USING (figure)
JOIN figures AS f ON f.figure_id = a.figure
JOIN papers AS p ON p.paper_id = a.paper
WHERE a.entity = first_one AND b.entity = second_one
ORDER BY p.year NULLS FIRST, a.figure

-- name: specific_pairs (view)
-- reads: pairs, entities
-- The 50 pairs of highest NPMI in `at_least` figures, with a q of `at_most_q` or less.
SELECT at_least AS min_figures, at_most_q AS max_q, p.subject_id AS subject, s.name AS subject_name,
    p.object_id AS object, o.name AS object_name, p.npmi, p.figures, p.q
FROM pairs AS p
JOIN entities AS s ON s.entity_id = p.subject_id
JOIN entities AS o ON o.entity_id = p.object_id
WHERE p.figures >= at_least AND p.q <= at_most_q
ORDER BY p.npmi DESC, p.figures DESC, subject, object LIMIT 50

-- name: strongest_of_each (view)
-- reads: partners_of_each
-- The 100 best pairs of each entity, once from either end.
SELECT * FROM partners_of_each
QUALIFY ROW_NUMBER() OVER (PARTITION BY entity ORDER BY weight DESC, figures DESC, partner) <= 100

-- name: triangles (view)
-- reads: pairs, strongest_of_each, entities
-- The 50 strongest pairs among the 100 best partners of `of_gene`, of those that are among the 100 best of either end.
SELECT of_gene AS gene, p.subject_id AS second, s.name AS second_name, p.object_id AS third, o.name AS third_name, p.weight
FROM pairs AS p
JOIN strongest_of_each AS a ON a.entity = of_gene AND a.partner = p.subject_id
JOIN strongest_of_each AS b ON b.entity = of_gene AND b.partner = p.object_id
JOIN strongest_of_each AS c ON c.entity = p.subject_id AND c.partner = p.object_id
JOIN strongest_of_each AS d ON d.entity = p.object_id AND d.partner = p.subject_id
JOIN entities AS s ON s.entity_id = p.subject_id
JOIN entities AS o ON o.entity_id = p.object_id
ORDER BY p.weight DESC, second, third LIMIT 50

-- name: undrawn_partners (view)
-- reads: partners_of_each, strongest_of_each, entities, drawn
-- The 100 genes that are drawn with most of the 100 best partners of `of_gene`, and are in no figure with it.
SELECT of_gene AS gene, b.partner AS candidate, e.name, count(DISTINCT a.partner) AS partners
FROM strongest_of_each AS a
JOIN partners_of_each AS b ON b.entity = a.partner
JOIN entities AS e ON e.entity_id = b.partner
WHERE a.entity = of_gene AND e.category = 'gene' AND b.partner <> of_gene
    AND b.partner NOT IN (SELECT y.entity FROM drawn AS x JOIN drawn AS y USING (figure) WHERE x.entity = of_gene)
GROUP BY ALL
ORDER BY partners DESC, candidate LIMIT 100

-- name: word_readings (view)
-- reads: word_readings, annotations, entities
-- What `of_word` may mean, with the figures where it may, those where it likely does, and the mean probability. The macro
-- has the name of the table that it reads; in a query, only the macro has arguments.
SELECT of_word AS word, meaning, min(label) AS name, count(*) AS figures,
    count(*) FILTER (WHERE probability >= $likely) AS likely,
    sum(CAST(round(probability * 100) AS BIGINT)) / count(*) / 100 AS mean
FROM (
    SELECT match, entity_id AS meaning, name AS label, probability FROM word_readings
    UNION ALL
    SELECT a.match, e.entity_id, e.name, 1 AS probability
    FROM (SELECT match, unnest(entities) AS entity_id FROM annotations WHERE probability IS NULL) AS a
    JOIN entities AS e USING (entity_id)
) AS readings
WHERE match = of_word
GROUP BY meaning
ORDER BY likely DESC, figures DESC, name, meaning

-- name: readings_of (view)
-- reads: word_readings
-- The readings of `of_word` in each figure where it is in doubt, the most probable first.
SELECT figure_id AS figure, entity_id AS meaning, name, members, source, recorded, probability
FROM word_readings WHERE match = of_word
ORDER BY figure, probability DESC, meaning

-- name: words_of_entity (view)
-- reads: annotations
-- The 100 words that likely mean `of_entity` in most figures.
SELECT of_entity AS entity, match AS word, word_status AS status, count(*) AS figures, min(size) AS fewest, max(size) AS most
FROM annotations WHERE list_contains(entities, of_entity)
GROUP BY ALL
ORDER BY figures DESC, word, status LIMIT 100

-- name: words_of_figure (view)
-- reads: annotations, entities
-- Words in `of_figure` and the entities that they likely mean.
SELECT a.figure_id AS figure, a.match AS word, w.spelling, a.word_status AS status, l.lexicon, a.size,
    e.entity_id AS entity, e.name, coalesce(a.probability, 1) AS probability
FROM annotations AS a
LEFT JOIN (SELECT figure_id, match, unnest(entities) AS entity_id FROM annotations) AS m USING (figure_id, match)
LEFT JOIN entities AS e ON e.entity_id = m.entity_id
LEFT JOIN (SELECT figure_id, match, unnest(words) AS spelling FROM annotations) AS w USING (figure_id, match)
LEFT JOIN (SELECT figure_id, match, unnest(sources) AS lexicon FROM annotations) AS l USING (figure_id, match)
WHERE a.figure_id = of_figure
ORDER BY word, e.name NULLS FIRST, entity, spelling, lexicon
