-- The canned queries in SQL, over the tables of this file: the same names, and the same rows in the same order. Arguments
-- are CURIEs; each has the default of its query.
CREATE VIEW pairs AS
SELECT c.* FROM cooccurrences AS c, build AS b WHERE c.figures >= b.min_figures;

CREATE VIEW partners_of_each AS
SELECT subject_id AS entity, object_id AS partner, * EXCLUDE (subject_id, object_id) FROM pairs
UNION ALL
SELECT object_id AS entity, subject_id AS partner, * EXCLUDE (subject_id, object_id) FROM pairs;

CREATE VIEW drawn AS
SELECT DISTINCT m.figure_id AS figure, m.entity_id AS entity, f.paper_id AS paper, e.category, e.name
FROM mentions AS m JOIN entities AS e USING (entity_id) JOIN figures AS f USING (figure_id);

CREATE VIEW ambiguous_words AS
SELECT match AS word, max(size) AS expands_to, count(*) AS figures
FROM annotations WHERE size > 1
GROUP BY match ORDER BY expands_to DESC, figures DESC, word LIMIT 50;

CREATE MACRO chemicals_of_gene(of_gene := 'ncbigene:8600') AS TABLE
SELECT g.entity AS gene, c.entity AS chemical, c.name, c.figure, f.title
FROM drawn AS g JOIN drawn AS c USING (figure) JOIN figures AS f ON f.figure_id = g.figure
WHERE g.entity = of_gene AND c.category = 'chemical'
ORDER BY c.name, chemical, c.figure;

CREATE VIEW citing_pairs AS
SELECT c.citing_id AS citing, c.cited_id AS cited, count(DISTINCT a.entity) AS genes
FROM citations AS c
JOIN drawn AS a ON a.paper = c.citing_id
JOIN drawn AS b ON b.paper = c.cited_id AND b.entity = a.entity
WHERE c.kind = 'reference' AND a.category = 'gene'
GROUP BY citing, cited ORDER BY genes DESC, citing, cited LIMIT 100;

CREATE VIEW family_artefacts AS
SELECT p.subject_id AS subject, s.name AS subject_name, p.object_id AS object, o.name AS object_name,
    p.figures_all AS all_figures, p.figures, p.weight
FROM pairs AS p
JOIN entities AS s ON s.entity_id = p.subject_id
JOIN entities AS o ON o.entity_id = p.object_id
WHERE p.figures_all >= 2 * p.figures
ORDER BY p.figures_all DESC, subject, object LIMIT 50;

CREATE MACRO figures_of_genes(
    of_genes := ['ncbigene:8600', 'ncbigene:8792', 'ncbigene:7189'], at_least := 2
) AS TABLE
SELECT at_least AS minimum, d.figure, f.title, count(*) AS genes
FROM drawn AS d JOIN figures AS f ON f.figure_id = d.figure
WHERE list_contains(of_genes, d.entity)
GROUP BY ALL HAVING count(*) >= at_least
ORDER BY genes DESC, d.figure LIMIT 100;

CREATE MACRO genes_of_disease(of_disease := 'mesh:D010024') AS TABLE
SELECT of_disease AS disease, g.entity AS gene, g.name,
    count(DISTINCT g.paper) AS papers, count(DISTINCT g.figure) AS figures
FROM drawn AS g JOIN drawn AS d USING (figure) JOIN entities AS e ON e.entity_id = d.entity
WHERE (d.entity = of_disease OR list_contains(e.xrefs, of_disease)) AND g.category = 'gene'
GROUP BY ALL
ORDER BY papers DESC, figures DESC, gene LIMIT 100;

CREATE VIEW organisms AS
SELECT e.taxon, count(DISTINCT m.figure_id) AS figures, count(DISTINCT e.entity_id) AS genes
FROM entities AS e JOIN mentions AS m USING (entity_id)
WHERE e.taxon IS NOT NULL
GROUP BY e.taxon ORDER BY figures DESC, e.taxon;

CREATE MACRO pair_by_year(first_one := 'ncbigene:8600', second_one := 'ncbigene:8792') AS TABLE
SELECT first_one AS first, second_one AS second, p.year,
    count(DISTINCT a.figure) AS figures, count(DISTINCT a.paper) AS papers
FROM drawn AS a JOIN drawn AS b USING (figure) JOIN papers AS p ON p.paper_id = a.paper
WHERE a.entity = first_one AND b.entity = second_one AND p.year IS NOT NULL
GROUP BY ALL ORDER BY p.year;

CREATE MACRO partners(of_entity := 'ncbigene:8600') AS TABLE
SELECT p.entity, p.partner, e.name, p.figures, p.papers, p.weight, p.npmi, p.q
FROM partners_of_each AS p JOIN entities AS e ON e.entity_id = p.partner
WHERE p.entity = of_entity
ORDER BY p.weight DESC, p.figures DESC, p.partner LIMIT 100;

CREATE MACRO shared_figures(first_one := 'ncbigene:8600', second_one := 'ncbigene:8792') AS TABLE
SELECT first_one AS first, second_one AS second, a.figure, f.title, a.paper, p.year
FROM drawn AS a JOIN drawn AS b USING (figure)
JOIN figures AS f ON f.figure_id = a.figure
JOIN papers AS p ON p.paper_id = a.paper
WHERE a.entity = first_one AND b.entity = second_one
ORDER BY p.year NULLS FIRST, a.figure;

CREATE MACRO specific_pairs(at_least := 2, at_most_q := 0.05) AS TABLE
SELECT at_least AS min_figures, at_most_q AS max_q, p.subject_id AS subject, s.name AS subject_name,
    p.object_id AS object, o.name AS object_name, p.npmi, p.figures, p.q
FROM pairs AS p
JOIN entities AS s ON s.entity_id = p.subject_id
JOIN entities AS o ON o.entity_id = p.object_id
WHERE p.figures >= at_least AND p.q <= at_most_q
ORDER BY p.npmi DESC, p.figures DESC, subject, object LIMIT 50;

CREATE MACRO triangles(of_gene := 'ncbigene:8600') AS TABLE
SELECT of_gene AS gene, p.subject_id AS second, s.name AS second_name, p.object_id AS third, o.name AS third_name, p.weight
FROM pairs AS p
JOIN partners_of_each AS a ON a.entity = of_gene AND a.partner = p.subject_id
JOIN partners_of_each AS b ON b.entity = of_gene AND b.partner = p.object_id
JOIN entities AS s ON s.entity_id = p.subject_id
JOIN entities AS o ON o.entity_id = p.object_id
ORDER BY p.weight DESC, second, third LIMIT 50;

CREATE MACRO undrawn_partners(of_gene := 'ncbigene:8600') AS TABLE
SELECT of_gene AS gene, b.partner AS candidate, e.name, count(DISTINCT a.partner) AS partners
FROM partners_of_each AS a
JOIN partners_of_each AS b ON b.entity = a.partner
JOIN entities AS e ON e.entity_id = b.partner
WHERE a.entity = of_gene AND e.category = 'gene' AND b.partner <> of_gene
    AND b.partner NOT IN (SELECT y.entity FROM drawn AS x JOIN drawn AS y USING (figure) WHERE x.entity = of_gene)
GROUP BY ALL
ORDER BY partners DESC, candidate LIMIT 100;

CREATE MACRO words_of_entity(of_entity := 'ncbigene:8600') AS TABLE
SELECT of_entity AS entity, match AS word, word_status AS status, count(*) AS figures, min(size) AS fewest, max(size) AS most
FROM annotations WHERE list_contains(entities, of_entity)
GROUP BY ALL
ORDER BY figures DESC, word, status LIMIT 100;

CREATE MACRO words_of_figure(of_figure := 'pfocr:PMC4168338__10-1055-s-0031-1298276-i430gf01') AS TABLE
SELECT a.figure_id AS figure, a.match AS word, w.spelling, a.word_status AS status, l.lexicon, a.size, e.entity_id AS entity, e.name
FROM annotations AS a
JOIN entities AS e ON list_contains(a.entities, e.entity_id)
LEFT JOIN (SELECT figure_id, match, unnest(words) AS spelling FROM annotations) AS w USING (figure_id, match)
LEFT JOIN (SELECT figure_id, match, unnest(sources) AS lexicon FROM annotations) AS l USING (figure_id, match)
WHERE a.figure_id = of_figure
ORDER BY word, e.name, entity, spelling, lexicon;
