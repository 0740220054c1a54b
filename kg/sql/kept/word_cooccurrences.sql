-- The same of words.
SELECT c.entity
FROM entity_codes AS c
JOIN (
    SELECT w.word_id
    FROM mentions AS m JOIN changed_figures AS f ON f.figure_id = m.figure_id JOIN words AS w ON w.word = m.match
    UNION
    SELECT w.word_id
    FROM previous_mentions AS m
    JOIN changed_figures AS f ON f.figure_id = m.figure_id
    JOIN previous_words AS w ON w.word = m.match
) AS shown ON shown.word_id = c.entity_id
