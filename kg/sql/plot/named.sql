-- The pairs to be drawn, with the names of their ends; sorted when they are drawn.
SELECT
    p.subject_id, s.name AS subject, p.subject_category, p.object_id, o.name AS object, p.object_category,
    p.weight, p.figures, p.figures_synonyms, p.figures_strict, p.papers, p.place
FROM drawn_pairs AS p
JOIN entities AS s ON s.entity_id = p.subject_id
JOIN entities AS o ON o.entity_id = p.object_id
