-- As figure_words, for the co-occurrence of words: each is one thing, and a word of its own.
SELECT DISTINCT f.figure, c.entity, 0 AS taxon, 1 AS candidates, 1 AS flavour, c.entity AS word
FROM mentions AS m
JOIN words AS w ON w.word = m.match
JOIN word_codes AS c ON c.entity_id = w.word_id
JOIN figure_codes AS f ON f.figure_id = m.figure_id
