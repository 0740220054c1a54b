-- Words whose numbers, status or category are not those of their mentions; of categories met equally often any will do.
WITH kinds AS (
    SELECT m.match, CASE WHEN e.category = 'family' THEN 'gene' ELSE e.category END AS category, COUNT(*) AS uses
    FROM mentions AS m JOIN entities AS e ON e.entity_id = m.entity_id
    WHERE m.match IS NOT NULL
    GROUP BY m.match, CASE WHEN e.category = 'family' THEN 'gene' ELSE e.category END
)
SELECT w.word_id, w.word, w.figures, w.papers, w.entities, w.word_status, w.category,
    c.figures AS counted_figures, c.papers AS counted_papers, c.entities AS counted_entities,
    c.word_status AS counted_status, k.uses AS uses_of_category, c.uses AS most_uses
FROM words AS w
LEFT JOIN (
    SELECT m.match, COUNT(DISTINCT m.figure_id) AS figures, COUNT(DISTINCT f.paper_id) AS papers,
        COUNT(DISTINCT CASE WHEN e.category <> 'family' THEN m.entity_id END) AS entities,
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
