-- Readings to the published tables (docs/data-model.md).

-- name: families (python)
-- reads: family_words
-- One row for each drawn word that names a gene family of the lexicon. Empty without `--families`.

-- name: family_members (python)
-- reads: family_words
-- One row for each gene of these families.

-- name: readings_with_families (table)
-- reads: readings_with_words, families, read_genes, doubtful_words
-- Readings, and one more for each word that was expanded as a family: the family itself. Further ones, of the origin
-- `reread`, are the genes that the most probable reading of a word in doubt has and the record lacks.
SELECT
    figure_id, origin, position, keyword, word, match, source, entity_id, category, name, taxon, id_status, word_status,
    flavour
FROM readings_with_words
UNION ALL
SELECT
    w.figure_id, w.origin, MIN(w.position) AS position, f.name AS keyword, w.word, w.match, 'famplex' AS source,
    f.entity_id, 'family' AS category, f.name, f.taxon, 'lexicon' AS id_status, w.word_status, 'all' AS flavour
FROM readings_with_words AS w
JOIN families AS f ON f.match = w.match
WHERE w.flavour = 'all' AND w.category = 'gene'
GROUP BY w.figure_id, w.origin, w.word, w.match, w.word_status, f.entity_id, f.name, f.taxon
UNION ALL
SELECT
    g.figure_id, 'reread' AS origin, d.position, g.name AS keyword, d.word, g.match, g.source, g.entity_id,
    CASE WHEN g.entity_id LIKE 'fplx:%' THEN 'family' ELSE 'gene' END AS category, g.name, g.taxon,
    'lexicon' AS id_status, d.word_status, g.flavour
FROM read_genes AS g
JOIN doubtful_words AS d ON d.figure_id = g.figure_id AND d.match = g.match
WHERE g.wins AND NOT g.recorded

-- name: known_figures (table)
-- reads: versions, raw_figures
-- One row for each figure: those with a record, and those with a sidecar table only, whose `record` is NULL.
SELECT figure_id, MIN(paper_id) AS paper_id, MAX(record) AS record
FROM (
    SELECT v.figure_id, f.paper_id, v.record
    FROM versions AS v JOIN raw_figures AS f ON f.record = v.record AND f.figure_id = v.figure_id
    WHERE v.category = 'figure' AND v.version = 1
    UNION ALL
    SELECT DISTINCT figure_id, CONCAT('pmc:', SUBSTRING(figure_id, 7, POSITION('__' IN figure_id) - 7)), NULL
    FROM versions WHERE category <> 'figure'
) AS every_figure
GROUP BY figure_id

-- name: licences (python)
-- reads: known_figures
-- One row for each paper whose licence is known, with its code. Empty without `--licences`.

-- name: figures (table)
-- reads: known_figures, raw_figures, versions, raw_links, licences
-- One row for each figure, with the fields of its record and its page in NDEx and WikiPathways.
SELECT
    k.figure_id, k.paper_id, f.alias, f.title, f.caption, f.number, f.figure_type, f.year, f.filename, f.url,
    f.pathway_score, f.search_rank, f.organisms, f.organisms_ner, f.annotations,
    COALESCE(f.ndex, n.target) AS ndex,
    COALESCE(f.wikipathways_id, w.target) AS wikipathways_id,
    v.name AS source_file, l.license
FROM known_figures AS k
LEFT JOIN raw_figures AS f ON f.record = k.record AND f.figure_id = k.figure_id
LEFT JOIN versions AS v ON v.record = k.record AND v.figure_id = k.figure_id AND v.category = 'figure'
LEFT JOIN (SELECT figure_id, MIN(target) AS target FROM raw_links WHERE kind = 'ndex' GROUP BY figure_id) AS n
    ON n.figure_id = k.figure_id
LEFT JOIN (SELECT figure_id, MIN(target) AS target FROM raw_links WHERE kind = 'wikipathways' GROUP BY figure_id) AS w
    ON w.figure_id = k.figure_id
LEFT JOIN licences AS l ON l.paper_id = k.paper_id
ORDER BY k.figure_id

-- name: paper_aliases (table)
-- reads: raw_paper_ids
-- One row for each PMID or DOI of a paper whose PMCID is known.
SELECT other_id, MIN(paper_id) AS paper_id FROM raw_paper_ids GROUP BY other_id

-- name: citations (table)
-- reads: known_figures, raw_citations, paper_aliases
-- Every figure cites the paper that it is part of; papers cite papers as the citation tables say.
SELECT figure_id AS citing_id, paper_id AS cited_id, 'source_document' AS kind FROM known_figures
UNION ALL
SELECT DISTINCT citing_id, cited_id, 'reference' AS kind
FROM (
    SELECT COALESCE(a.paper_id, c.citing_id) AS citing_id, COALESCE(b.paper_id, c.cited_id) AS cited_id
    FROM raw_citations AS c
    LEFT JOIN paper_aliases AS a ON a.other_id = c.citing_id
    LEFT JOIN paper_aliases AS b ON b.other_id = c.cited_id
) AS named
WHERE citing_id <> cited_id

-- name: papers (table)
-- reads: known_figures, citations, raw_figures
-- drops: paper_aliases
-- One row for each paper. Its fields are those of its first figure, by identifier, that has them.
SELECT
    p.paper_id,
    CAST(COUNT(k.figure_id) AS INT) AS figures,
    MIN_BY(f.paper_title, k.figure_id) FILTER (WHERE f.paper_title IS NOT NULL) AS title,
    MIN_BY(f.reference, k.figure_id) FILTER (WHERE f.reference IS NOT NULL) AS reference,
    MIN_BY(f.doi, k.figure_id) FILTER (WHERE f.doi IS NOT NULL) AS doi,
    MIN_BY(f.journal, k.figure_id) FILTER (WHERE f.journal IS NOT NULL) AS journal,
    MIN_BY(f.journal_abbreviation, k.figure_id) FILTER (WHERE f.journal_abbreviation IS NOT NULL)
        AS journal_abbreviation,
    MIN_BY(f.publisher, k.figure_id) FILTER (WHERE f.publisher IS NOT NULL) AS publisher,
    MIN_BY(f.year, k.figure_id) FILTER (WHERE f.year IS NOT NULL) AS year,
    MIN_BY(f.paper_keywords, k.figure_id) FILTER (WHERE f.paper_keywords IS NOT NULL) AS keywords
FROM (
    SELECT paper_id FROM known_figures
    UNION
    SELECT citing_id FROM citations WHERE kind = 'reference'
    UNION
    SELECT cited_id FROM citations WHERE kind = 'reference'
) AS p
LEFT JOIN known_figures AS k ON k.paper_id = p.paper_id
LEFT JOIN raw_figures AS f ON f.record = k.record AND f.figure_id = k.figure_id
GROUP BY p.paper_id
ORDER BY p.paper_id

-- name: found_entities (table)
-- reads: readings_with_families, lexicon_terms
-- One row for each entity of the records, of whatever organism. Its name is that of the lexicon, else the most frequent one of the records, where the preferred
-- name of a table comes before a drawn word. Its category is the most frequent one.
SELECT
    e.entity_id, c.category, COALESCE(t.name, n.name) AS name, e.id_status, e.taxon
FROM (
    SELECT
        entity_id,
        CASE MIN(CASE id_status WHEN 'given' THEN 1 WHEN 'learned' THEN 2 WHEN 'lexicon' THEN 3 ELSE 4 END)
            WHEN 1 THEN 'given' WHEN 2 THEN 'learned' WHEN 3 THEN 'lexicon' ELSE 'none' END AS id_status,
        MIN(taxon) AS taxon
    FROM readings_with_families
    GROUP BY entity_id
) AS e
JOIN (
    SELECT entity_id, name, ROW_NUMBER() OVER (PARTITION BY entity_id ORDER BY drawn, uses DESC, name) AS place
    FROM (
        SELECT entity_id, name, MIN(CASE WHEN name = keyword THEN 1 ELSE 0 END) AS drawn, COUNT(*) AS uses
        FROM readings_with_families GROUP BY entity_id, name
    ) AS names
) AS n ON n.entity_id = e.entity_id AND n.place = 1
JOIN (
    SELECT entity_id, category, ROW_NUMBER() OVER (PARTITION BY entity_id ORDER BY uses DESC, category) AS place
    FROM (
        SELECT entity_id, category, COUNT(*) AS uses FROM readings_with_families GROUP BY entity_id, category
    ) AS categories
) AS c ON c.entity_id = e.entity_id AND c.place = 1
LEFT JOIN lexicon_terms AS t ON t.entity_id = e.entity_id
ORDER BY e.entity_id

-- name: chosen_entities (table)
-- reads: found_entities
-- The entities of the build: without the genes and families of organisms that are not wanted. Later statements take the
-- mentions, words and other names of these entities only. $taxa may be 'every' and $without_taxa 'none'.
SELECT * FROM found_entities
WHERE category NOT IN ('gene', 'family') OR (
    ('every' IN ($taxa) OR COALESCE(taxon, 'unknown') IN ($taxa)) AND COALESCE(taxon, 'unknown') NOT IN ($without_taxa)
)

-- name: mentions (table)
-- reads: readings_with_families, chosen_entities, word_readings, read_genes
-- drops: read_genes, doubtful_words, other_organism_figures
-- One row for each figure, entity and drawn word. Of several readings the one of the best origin counts, then the one of
-- the narrowest flavour, then the first. `n_candidates`: the entities of that category and taxon that the word expands to
-- in that figure, as the record has it. A human gene that no reading of a word in doubt has, has the probability 0.
-- A mention is sure from the probability $sure on, and likely from $likely on.
WITH drawn AS (
    SELECT
        figure_id, entity_id, match, word,
        MIN_BY(origin, place) AS origin,
        MIN_BY(word_status, place) AS word_status,
        MIN_BY(flavour, place) AS flavour,
        NULLIF(MIN_BY(COALESCE(source, ''), place), '') AS source
    FROM (
        SELECT
            figure_id, entity_id, match, word, origin, word_status, flavour, source,
            CASE origin WHEN 'sidecar' THEN 0 WHEN 'inline' THEN 1 WHEN 'reread' THEN 3 ELSE 2 END
                * CAST(30000000000 AS BIGINT)
            + CASE flavour WHEN 'strict' THEN 0 WHEN 'synonyms' THEN 1 ELSE 2 END * CAST(10000000000 AS BIGINT)
            + position AS place
        FROM readings_with_families
    ) AS placed
    GROUP BY figure_id, entity_id, match, word
),
candidates AS (
    SELECT d.figure_id, d.match, e.category, COALESCE(e.taxon, '') AS taxon,
        CAST(COUNT(DISTINCT d.entity_id) AS INT) AS n_candidates
    FROM drawn AS d JOIN chosen_entities AS e ON e.entity_id = d.entity_id
    WHERE d.match IS NOT NULL AND d.origin <> 'reread'
    GROUP BY d.figure_id, d.match, e.category, COALESCE(e.taxon, '')
)
SELECT
    figure_id, entity_id, origin, word_status, n_candidates, flavour, word, match, source, probability,
    COALESCE(share, CAST(1 AS DOUBLE) / n_candidates) AS share,
    CASE WHEN probability >= $sure THEN 'sure' WHEN probability >= $likely THEN 'likely' ELSE 'doubtful' END AS reading
FROM (
    SELECT
        d.figure_id, d.entity_id, d.origin, d.word_status, COALESCE(s.n_candidates, 1) AS n_candidates, d.flavour,
        d.word, d.match, d.source,
        COALESCE(g.probability, CASE WHEN q.match IS NULL THEN CAST(1 AS DOUBLE) ELSE CAST(0 AS DOUBLE) END)
            AS probability,
        COALESCE(g.share, CASE WHEN q.match IS NULL THEN NULL ELSE CAST(0 AS DOUBLE) END) AS share
    FROM drawn AS d
    JOIN chosen_entities AS e ON e.entity_id = d.entity_id
    LEFT JOIN candidates AS s
        ON s.figure_id = d.figure_id AND s.match = d.match AND s.category = e.category
        AND s.taxon = COALESCE(e.taxon, '')
    LEFT JOIN (SELECT DISTINCT figure_id, match FROM word_readings) AS q
        ON q.figure_id = d.figure_id AND q.match = d.match AND e.category IN ('gene', 'family')
        AND e.taxon = 'ncbitaxon:9606'
    LEFT JOIN read_genes AS g ON g.figure_id = d.figure_id AND g.match = d.match AND g.entity_id = d.entity_id
) AS weighed

-- name: entities (table)
-- reads: chosen_entities, mentions, known_figures
-- drops: chosen_entities
-- The entities of the build, with the figures and papers in which a mention has a probability of at least $likely.
SELECT
    e.entity_id, e.category, e.name, e.id_status, COALESCE(m.figures, 0) AS figures, COALESCE(m.papers, 0) AS papers,
    e.taxon
FROM chosen_entities AS e
LEFT JOIN (
    SELECT m.entity_id, CAST(COUNT(DISTINCT m.figure_id) AS INT) AS figures,
        CAST(COUNT(DISTINCT k.paper_id) AS INT) AS papers
    FROM mentions AS m JOIN known_figures AS k ON k.figure_id = m.figure_id
    WHERE m.probability >= $likely
    GROUP BY m.entity_id
) AS m ON m.entity_id = e.entity_id
ORDER BY e.entity_id

-- name: members (table)
-- reads: families, family_members, entities
-- One row for each family and each of its genes, where both are mentioned in some figure.
SELECT DISTINCT f.entity_id AS family_id, m.member_id AS entity_id
FROM families AS f
JOIN family_members AS m ON m.family_id = f.entity_id
WHERE f.entity_id IN (SELECT entity_id FROM entities) AND m.member_id IN (SELECT entity_id FROM entities)
ORDER BY family_id, entity_id

-- name: drawn_words (rows)
-- reads: mentions
-- The normal forms of all drawn words.
SELECT DISTINCT match FROM mentions WHERE match IS NOT NULL ORDER BY match

-- name: word_ids (python)
-- reads: drawn_words
-- One row for each drawn word, with its CURIE.

-- name: words (table)
-- reads: mentions, known_figures, entities, word_ids
-- drops: word_ids
-- One row for each drawn word, by normal form, with its most frequent category and its number of entities: those that
-- some figure means with a probability of at least $likely; where no figure does, all.
WITH by_entity AS (
    SELECT
        m.match, m.entity_id, e.category, MAX(m.probability) AS probability,
        SUM(CASE WHEN m.word_status = 'given' THEN 1 ELSE 0 END) AS given,
        SUM(CASE WHEN m.origin <> 'reread' THEN 1 ELSE 0 END) AS uses
    FROM mentions AS m JOIN entities AS e ON e.entity_id = m.entity_id
    WHERE m.match IS NOT NULL
    GROUP BY m.match, m.entity_id, e.category
),
by_paper AS (
    SELECT f.match, k.paper_id, COUNT(*) AS figures
    FROM (SELECT DISTINCT match, figure_id FROM mentions WHERE match IS NOT NULL) AS f
    JOIN known_figures AS k ON k.figure_id = f.figure_id
    GROUP BY f.match, k.paper_id
)
SELECT
    i.word_id, i.match AS word, c.category,
    CASE WHEN w.given > 0 THEN 'given' ELSE 'inferred' END AS word_status, f.figures, f.papers,
    CASE WHEN w.likely > 0 THEN w.likely ELSE w.entities END AS entities
FROM word_ids AS i
JOIN (
    SELECT match, CAST(SUM(figures) AS INT) AS figures, CAST(COUNT(*) AS INT) AS papers FROM by_paper GROUP BY match
) AS f ON f.match = i.match
JOIN (
    SELECT
        match, SUM(given) AS given,
        CAST(COUNT(CASE WHEN category <> 'family' AND probability >= $likely THEN 1 END) AS INT) AS likely,
        CAST(COUNT(CASE WHEN category <> 'family' THEN 1 END) AS INT) AS entities
    FROM by_entity
    GROUP BY match
) AS w ON w.match = i.match
JOIN (
    SELECT match, category, ROW_NUMBER() OVER (PARTITION BY match ORDER BY uses DESC, category) AS place
    FROM (
        SELECT match, CASE WHEN category = 'family' THEN 'gene' ELSE category END AS category, SUM(uses) AS uses
        FROM by_entity
        WHERE uses > 0
        GROUP BY match, CASE WHEN category = 'family' THEN 'gene' ELSE category END
    ) AS categories
) AS c ON c.match = i.match AND c.place = 1
ORDER BY i.word_id

-- name: entity_xrefs (table)
-- reads: resolved, lexicon_xrefs, entities
-- One row for each other identifier of an entity, as records, the lexicon or a mapping file give it.
SELECT DISTINCT entity_id, xref
FROM (
    SELECT entity_id, given_id AS xref FROM resolved
    UNION ALL
    SELECT entity_id, xref FROM resolved
    UNION ALL
    SELECT entity_id, xref FROM lexicon_xrefs
) AS every_xref
WHERE xref IS NOT NULL AND xref <> entity_id AND entity_id IN (SELECT entity_id FROM entities)

-- name: entity_synonyms (table)
-- reads: readings_with_families, entities
-- drops: readings_with_families, readings_with_words, resolved
-- One row for each other name by which records give an entity, such as a former symbol or a drawn word.
SELECT DISTINCT s.entity_id, s.synonym
FROM (
    SELECT entity_id, keyword AS synonym FROM readings_with_families WHERE origin <> 'reread'
    UNION ALL
    SELECT entity_id, name AS synonym FROM readings_with_families WHERE origin <> 'reread'
) AS s
JOIN entities AS e ON e.entity_id = s.entity_id
WHERE s.synonym <> e.name

-- name: published_entities (rows)
-- reads: entities, entity_xrefs, entity_synonyms
-- The table `entities` as it is published, with sorted lists of other identifiers and synonyms.
SELECT e.*, COALESCE(x.xrefs, []) AS xrefs, COALESCE(s.synonyms, []) AS synonyms
FROM entities AS e
LEFT JOIN (SELECT entity_id, LIST(xref ORDER BY xref) AS xrefs FROM entity_xrefs GROUP BY entity_id) AS x
    ON x.entity_id = e.entity_id
LEFT JOIN (SELECT entity_id, LIST(synonym ORDER BY synonym) AS synonyms FROM entity_synonyms GROUP BY entity_id) AS s
    ON s.entity_id = e.entity_id

-- name: published_entities (rows, spark)
SELECT e.*, COALESCE(x.xrefs, ARRAY()) AS xrefs, COALESCE(s.synonyms, ARRAY()) AS synonyms
FROM entities AS e
LEFT JOIN (SELECT entity_id, ARRAY_SORT(ARRAY_AGG(xref)) AS xrefs FROM entity_xrefs GROUP BY entity_id) AS x
    ON x.entity_id = e.entity_id
LEFT JOIN (SELECT entity_id, ARRAY_SORT(ARRAY_AGG(synonym)) AS synonyms FROM entity_synonyms GROUP BY entity_id) AS s
    ON s.entity_id = e.entity_id
