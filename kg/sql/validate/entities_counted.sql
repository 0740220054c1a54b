-- Entities whose numbers of figures and papers are not those of their mentions.
SELECT e.entity_id, e.figures, e.papers, COALESCE(m.figures, 0) AS counted_figures,
    COALESCE(m.papers, 0) AS counted_papers
FROM entities AS e
LEFT JOIN (
    SELECT m.entity_id, COUNT(DISTINCT m.figure_id) AS figures, COUNT(DISTINCT f.paper_id) AS papers
    FROM mentions AS m JOIN figures AS f ON f.figure_id = m.figure_id
    GROUP BY m.entity_id
) AS m ON m.entity_id = e.entity_id
WHERE e.figures <> COALESCE(m.figures, 0) OR e.papers <> COALESCE(m.papers, 0)
