-- Pairs whose statistics are among the wrong ones.
SELECT p.subject_id, p.object_id, p.figures, p.subject_figures, p.object_figures, p.universe,
    w.name AS "column", w.found, w.expected
FROM pairs AS p
JOIN wrong AS w ON w.k = p.figures AND w.a = LEAST(p.subject_figures, p.object_figures)
    AND w.b = GREATEST(p.subject_figures, p.object_figures) AND w.n = p.universe
    AND w.found = CASE w.name WHEN 'expected' THEN p.expected WHEN 'lift' THEN p.lift WHEN 'jaccard' THEN p.jaccard
        WHEN 'npmi' THEN p.npmi ELSE p.log10_p END
