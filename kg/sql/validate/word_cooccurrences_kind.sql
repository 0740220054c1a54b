-- Pairs of words whose categories are not those of the words.
SELECT p.subject_id, p.object_id, p.subject_category, p.object_category,
    s.category AS of_subject, o.category AS of_object
FROM word_cooccurrences AS p
JOIN words AS s ON s.word_id = p.subject_id
JOIN words AS o ON o.word_id = p.object_id
WHERE p.subject_category <> s.category OR p.object_category <> o.category
