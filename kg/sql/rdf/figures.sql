-- Figures with what they mention; the taxa are those of the genes.
SELECT f.*, m.entities, m.taxa
FROM figures AS f
LEFT JOIN (
    SELECT m.figure_id, array_sort(array_agg(DISTINCT m.entity_id)) AS entities,
        array_sort(array_agg(DISTINCT e.taxon) FILTER (WHERE e.taxon IS NOT NULL)) AS taxa
    FROM mentions AS m JOIN entities AS e ON e.entity_id = m.entity_id
    GROUP BY m.figure_id
) AS m ON m.figure_id = f.figure_id
ORDER BY f.figure_id
