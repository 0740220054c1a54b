-- The page of a view: what draws its entities, and the figures that its pairs name as evidence.

-- name: html_entity_words (rows)
-- reads: mentions, view_entities
-- One row for each entity of the view and word that draws it in any figure: the `most` words in most figures.
SELECT entity_id, word, status, figures
FROM (
    SELECT *, ROW_NUMBER() OVER (PARTITION BY entity_id ORDER BY figures DESC, word NULLS LAST) AS place
    FROM (
        SELECT entity_id, match AS word, min(word_status) AS status, COUNT(DISTINCT figure_id) AS figures
        FROM mentions
        WHERE entity_id IN (SELECT entity_id FROM view_entities)
        GROUP BY entity_id, match
    )
)
WHERE place <= $most
ORDER BY entity_id, place

-- name: html_entity_years (rows)
-- reads: mentions, figures, view_entities
-- One row for each entity of the view and year, with the number of figures that draw it.
SELECT m.entity_id, f.year, COUNT(DISTINCT m.figure_id) AS figures
FROM mentions AS m
JOIN figures AS f ON f.figure_id = m.figure_id
WHERE f.year IS NOT NULL AND m.entity_id IN (SELECT entity_id FROM view_entities)
GROUP BY m.entity_id, f.year
ORDER BY m.entity_id, f.year

-- name: html_figure_words (rows)
-- reads: mentions, view_evidence, view_words
-- One row for each figure of the evidence and entity of the view: the words that draw it in the flavour of the view.
SELECT substr(m.figure_id, 7) AS figid, m.entity_id,
    list(DISTINCT COALESCE(m.word, m.match) ORDER BY COALESCE(m.word, m.match)) AS words
FROM mentions AS m
JOIN view_words AS d ON d.figure_id = m.figure_id AND d.node_id = m.entity_id AND d.word = m.match
WHERE substr(m.figure_id, 7) IN (SELECT unnest(string_split(evidence, '|')) FROM view_evidence)
GROUP BY figid, m.entity_id
ORDER BY figid, m.entity_id

-- name: html_figures (rows)
-- reads: figures, papers, view_evidence
-- One row for each figure of the evidence, with the title of its paper.
SELECT substr(f.figure_id, 7) AS figid, f.title, f.year, f.url, f.paper_id, p.title AS paper_title
FROM figures AS f
LEFT JOIN papers AS p ON p.paper_id = f.paper_id
WHERE substr(f.figure_id, 7) IN (SELECT unnest(string_split(evidence, '|')) FROM view_evidence)
ORDER BY figid
