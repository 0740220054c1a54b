-- Pairs whose categories or organism are not those of their ends, or whose ends are of two organisms.
SELECT p.subject_id, p.object_id, p.subject_category, p.object_category, p.taxon,
    s.category AS of_subject, o.category AS of_object, s.taxon AS taxon_of_subject, o.taxon AS taxon_of_object
FROM cooccurrences AS p
JOIN entities AS s ON s.entity_id = p.subject_id
JOIN entities AS o ON o.entity_id = p.object_id
WHERE p.subject_category <> s.category OR p.object_category <> o.category
    OR p.taxon IS DISTINCT FROM COALESCE(s.taxon, o.taxon) OR s.taxon <> o.taxon
