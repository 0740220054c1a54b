-- Up to five figures that show each kept pair by two different words: the likeliest pathways first. Figures
-- with more than $max_entities entities were not counted and prove nothing.
SELECT subject_id, object_id, string_agg(substr(figure_id, 7), '|' ORDER BY place) AS evidence
FROM (
    SELECT p.subject_id, p.object_id, a.figure_id, ROW_NUMBER() OVER (
        PARTITION BY p.subject_id, p.object_id ORDER BY f.pathway_score DESC NULLS LAST, a.figure_id
    ) AS place
    FROM kept_pairs AS p
    JOIN mentions AS a ON a.entity_id = p.subject_id
    JOIN mentions AS b ON b.entity_id = p.object_id AND b.figure_id = a.figure_id
    JOIN figures AS f ON f.figure_id = a.figure_id
    WHERE a.figure_id IN (SELECT figure_id FROM mentions GROUP BY figure_id HAVING COUNT(DISTINCT entity_id) <= $max_entities)
        AND COALESCE(a.match, '=' || a.entity_id) <> COALESCE(b.match, '=' || b.entity_id)
    GROUP BY p.subject_id, p.object_id, a.figure_id, f.pathway_score
)
WHERE place <= 5
GROUP BY subject_id, object_id
