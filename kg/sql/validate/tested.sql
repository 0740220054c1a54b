-- The pairs that are tested, with the family whose p-values are corrected together.
SELECT
    subject_id, object_id, log10_p, q,
    CONCAT(LEAST(subject_category, object_category), '-', GREATEST(subject_category, object_category),
        COALESCE(' ' || taxon, '')) AS family
FROM pairs
WHERE figures > 0
