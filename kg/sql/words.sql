-- One row a drawn word, by normal form: what it was mostly read as, and how many things it stands for.
SELECT
    i.word_id, w.match AS word, c.category,
    CASE WHEN w.given > 0 THEN 'given' ELSE 'inferred' END AS word_status, w.figures, w.papers, w.entities
FROM (
    SELECT
        m.match,
        SUM(CASE WHEN m.word_status = 'given' THEN 1 ELSE 0 END) AS given,
        CAST(COUNT(DISTINCT m.figure_id) AS INT) AS figures,
        CAST(COUNT(DISTINCT k.paper_id) AS INT) AS papers,
        CAST(COUNT(DISTINCT CASE WHEN e.category <> 'family' THEN m.entity_id END) AS INT) AS entities
    FROM mentions AS m
    JOIN known_figures AS k ON k.figure_id = m.figure_id
    JOIN entities AS e ON e.entity_id = m.entity_id
    WHERE m.match IS NOT NULL
    GROUP BY m.match
) AS w
JOIN (
    SELECT match, category, ROW_NUMBER() OVER (PARTITION BY match ORDER BY uses DESC, category) AS place
    FROM (
        SELECT m.match, CASE WHEN e.category = 'family' THEN 'gene' ELSE e.category END AS category, COUNT(*) AS uses
        FROM mentions AS m JOIN entities AS e ON e.entity_id = m.entity_id
        WHERE m.match IS NOT NULL
        GROUP BY m.match, CASE WHEN e.category = 'family' THEN 'gene' ELSE e.category END
    ) AS categories
) AS c ON c.match = w.match AND c.place = 1
JOIN word_ids AS i ON i.match = w.match
ORDER BY i.word_id
