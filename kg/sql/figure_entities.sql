-- Two words an entity suffice for every pair: the one of least expansion (word1, size1), and the size of
-- the next (size2, NULL where there is one word only). The same for official symbols (strict1, stricts), and for
-- symbols and synonyms (synonym1, synonyms).
SELECT
    d.figure, d.entity, d.taxon, f.paper, f.year,
    MAX(CASE WHEN d.place = 1 THEN d.word END) AS word1,
    MAX(CASE WHEN d.place = 1 THEN d.candidates END) AS size1,
    MAX(CASE WHEN d.place = 2 THEN d.candidates END) AS size2,
    MIN(CASE WHEN d.flavour = 1 THEN d.word END) AS strict1,
    CAST(COUNT(CASE WHEN d.flavour = 1 THEN d.word END) AS INT) AS stricts,
    MIN(CASE WHEN d.flavour < 3 THEN d.word END) AS synonym1,
    CAST(COUNT(CASE WHEN d.flavour < 3 THEN d.word END) AS INT) AS synonyms
FROM (
    SELECT
        figure, entity, taxon, word, MIN(candidates) AS candidates, MIN(flavour) AS flavour,
        ROW_NUMBER() OVER (PARTITION BY figure, entity ORDER BY MIN(candidates), word) AS place
    FROM figure_words
    GROUP BY figure, entity, taxon, word
) AS d
JOIN figure_codes AS f ON f.figure = d.figure
GROUP BY d.figure, d.entity, d.taxon, f.paper, f.year
