-- The words drawn together with the word asked for. Each is here once, with the spelling of the word that it is drawn
-- with most: figures of several spellings cannot be added, for one figure may draw both.
SELECT word, figures, npmi, q
FROM (
    SELECT w.word, c.figures, c.npmi, c.q, ROW_NUMBER() OVER (
        PARTITION BY w.word ORDER BY c.figures DESC, c.npmi DESC, c.one, c.other
    ) AS place
    FROM (
        SELECT subject_id AS one, object_id AS other, figures, npmi, q FROM word_cooccurrences
        UNION ALL
        SELECT object_id AS one, subject_id AS other, figures, npmi, q FROM word_cooccurrences
    ) AS c
    JOIN words AS o ON o.word_id = c.one
    JOIN words AS w ON w.word_id = c.other
    WHERE o.word IN (SELECT form FROM asked) AND w.word NOT IN (SELECT form FROM asked)
) AS partners
WHERE place = 1
ORDER BY figures DESC, npmi DESC, word LIMIT $top
