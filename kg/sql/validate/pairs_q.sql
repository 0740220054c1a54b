-- Pairs whose q is not that of their p in their family.
SELECT t.subject_id, t.object_id, t.log10_p, t.family, t.q, c.q AS corrected
FROM tested AS t
JOIN corrected AS c ON c.family = t.family AND c.log10_p = t.log10_p
WHERE ABS(t.q - c.q) > 2e-5 * GREATEST(t.q, c.q) + 1e-320
