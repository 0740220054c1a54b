-- The page of a view: what draws its entities, and the figures that its pairs name as evidence.

-- name: html_entity_words (rows)
-- reads: mentions, view_entities
-- One row for each entity of the view and word that draws it in any figure: the `most` words in most figures where they
-- are likely to mean it. `probability` is the mean over all figures of the word, summed in hundredths, because sums of
-- doubles depend on the order.
SELECT entity_id, word, status, figures, ROUND(CAST(hundredths AS DOUBLE) / (100 * CAST(figures AS BIGINT)), 2) AS probability
FROM (
    SELECT *, ROW_NUMBER() OVER (PARTITION BY entity_id ORDER BY likely DESC, figures DESC, word NULLS LAST) AS place
    FROM (
        SELECT entity_id, word, min(status) AS status, COUNT(*) AS figures,
            COUNT(*) FILTER (WHERE probability >= $likely) AS likely,
            CAST(SUM(CAST(ROUND(100 * probability) AS BIGINT)) AS BIGINT) AS hundredths
        FROM (
            SELECT entity_id, match AS word, figure_id, min(word_status) AS status, MAX(probability) AS probability
            FROM mentions
            WHERE entity_id IN (SELECT entity_id FROM view_entities)
            GROUP BY entity_id, match, figure_id
        )
        GROUP BY entity_id, word
    )
)
WHERE place <= $most
ORDER BY entity_id, place

-- name: html_entity_years (rows)
-- reads: mentions, figures, view_entities
-- One row for each entity of the view and year, with the number of figures that draw it, by likely readings.
SELECT m.entity_id, f.year, COUNT(DISTINCT m.figure_id) AS figures
FROM mentions AS m
JOIN figures AS f ON f.figure_id = m.figure_id
WHERE f.year IS NOT NULL AND m.probability >= $likely AND m.entity_id IN (SELECT entity_id FROM view_entities)
GROUP BY m.entity_id, f.year
ORDER BY m.entity_id, f.year

-- name: html_entity_doubts (rows)
-- reads: mentions, view_entities
-- One row for each entity of the view with figures that mention it by no likely reading: the number of these.
SELECT entity_id, COUNT(*) AS doubtful_figures
FROM (
    SELECT entity_id, figure_id FROM mentions
    WHERE entity_id IN (SELECT entity_id FROM view_entities)
    GROUP BY entity_id, figure_id
    HAVING MAX(probability) < $likely
)
GROUP BY entity_id
ORDER BY entity_id

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

-- name: html_figure_readings (rows)
-- reads: mentions, view_evidence, view_words, word_readings
-- One row for each figure of the evidence, entity of the view, word in doubt that draws it there and reading that the
-- word may have, the most probable first. `meant` is the probability that the word means the entity.
SELECT substr(m.figure_id, 7) AS figid, m.entity_id, m.word, m.meant, r.entity_id AS id, r.name, r.category, r.members,
    r.source, r.recorded, r.probability
FROM (
    SELECT figure_id, entity_id, match, MIN(COALESCE(word, match)) AS word, MAX(probability) AS meant
    FROM mentions
    WHERE substr(figure_id, 7) IN (SELECT unnest(string_split(evidence, '|')) FROM view_evidence)
    GROUP BY figure_id, entity_id, match
) AS m
JOIN view_words AS d ON d.figure_id = m.figure_id AND d.node_id = m.entity_id AND d.word = m.match
JOIN word_readings AS r ON r.figure_id = m.figure_id AND r.match = m.match
ORDER BY figid, m.entity_id, m.word, m.match, r.probability DESC, r.name, r.entity_id

-- name: html_figures (rows)
-- reads: figures, papers, view_evidence
-- One row for each figure of the evidence, with the title of its paper.
SELECT substr(f.figure_id, 7) AS figid, f.title, f.year, f.url, f.paper_id, p.title AS paper_title
FROM figures AS f
LEFT JOIN papers AS p ON p.paper_id = f.paper_id
WHERE substr(f.figure_id, 7) IN (SELECT unnest(string_split(evidence, '|')) FROM view_evidence)
ORDER BY figid
