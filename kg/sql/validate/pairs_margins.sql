-- Pairs whose margins are not the figures of their universe that show the one, the other, or could show both.
SELECT
    p.subject_id, p.object_id, p.subject_figures, a.figures AS counted_subject, p.object_figures,
    b.figures AS counted_object, p.universe, n.figures AS counted_universe
FROM pairs AS p
JOIN entity_codes AS s ON s.entity_id = p.subject_id
JOIN entity_codes AS o ON o.entity_id = p.object_id
LEFT JOIN marginals AS a ON a.context = GREATEST(s.taxon, o.taxon) AND a.entity = s.entity
LEFT JOIN marginals AS b ON b.context = GREATEST(s.taxon, o.taxon) AND b.entity = o.entity
LEFT JOIN universe_sizes AS n ON n.context = GREATEST(s.taxon, o.taxon)
WHERE p.subject_figures IS DISTINCT FROM a.figures OR p.object_figures IS DISTINCT FROM b.figures
    OR p.universe IS DISTINCT FROM n.figures
