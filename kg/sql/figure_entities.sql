-- Two words an entity suffice for every pair: the one of least expansion (word1, size1), and the size of
-- the next (size2, NULL where there is one word only). The same for official symbols (strict1, stricts).
SELECT
    d.figure, d.entity, d.taxon, f.paper, f.year,
    MAX(CASE WHEN d.place = 1 THEN d.word END) AS word1,
    MAX(CASE WHEN d.place = 1 THEN d.candidates END) AS size1,
    MAX(CASE WHEN d.place = 2 THEN d.candidates END) AS size2,
    MIN(CASE WHEN d.strict = 1 THEN d.word END) AS strict1,
    CAST(SUM(d.strict) AS INT) AS stricts
FROM (
    SELECT
        figure, entity, taxon, word, MIN(candidates) AS candidates, MAX(CASE WHEN strict THEN 1 ELSE 0 END) AS strict,
        ROW_NUMBER() OVER (PARTITION BY figure, entity ORDER BY MIN(candidates), word) AS place
    FROM figure_words
    GROUP BY figure, entity, taxon, word
) AS d
JOIN figure_codes AS f ON f.figure = d.figure
GROUP BY d.figure, d.entity, d.taxon, f.paper, f.year
