-- Up to five figures that show each kept pair by two different words: the likeliest pathways first. `drawn` has the
-- words of each figure and what they stand for in this view. Figures with more than $max_entities entities were
-- not counted and prove nothing.
SELECT subject_id, object_id, string_agg(substr(figure_id, 7), '|' ORDER BY place) AS evidence
FROM (
    SELECT p.subject_id, p.object_id, a.figure_id, ROW_NUMBER() OVER (
        PARTITION BY p.subject_id, p.object_id ORDER BY f.pathway_score DESC NULLS LAST, a.figure_id
    ) AS place
    FROM kept_pairs AS p
    JOIN drawn AS a ON a.node_id = p.subject_id
    JOIN drawn AS b ON b.node_id = p.object_id AND b.figure_id = a.figure_id
    JOIN figures AS f ON f.figure_id = a.figure_id
    WHERE a.word <> b.word AND a.figure_id NOT IN (
        SELECT figure_id FROM mentions GROUP BY figure_id HAVING COUNT(DISTINCT entity_id) > $max_entities
    )
    GROUP BY p.subject_id, p.object_id, a.figure_id, f.pathway_score
)
WHERE place <= 5
GROUP BY subject_id, object_id
