SELECT w.word, c.figures, c.npmi, c.q
FROM (
    SELECT subject_id AS one, object_id AS other, figures, npmi, q FROM word_cooccurrences
    UNION ALL
    SELECT object_id AS one, subject_id AS other, figures, npmi, q FROM word_cooccurrences
) AS c
JOIN words AS o ON o.word_id = c.one
JOIN asked AS a ON a.form = o.word
JOIN words AS w ON w.word_id = c.other
ORDER BY c.figures DESC, c.npmi DESC, c.other LIMIT $top
