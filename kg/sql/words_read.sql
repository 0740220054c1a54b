-- Readings, and a family for each word that was expanded as one.
SELECT * FROM worded
UNION ALL
SELECT
    w.figure_id, w.origin, MIN(w.position) AS position, f.name AS keyword, w.word, w.match, 'famplex' AS source,
    f.entity_id, 'family' AS category, f.name, f.taxon, 'lexicon' AS id_status, w.word_status, 'all' AS flavour
FROM worded AS w
JOIN families AS f ON f.match = w.match
WHERE w.flavour = 'all' AND w.category = 'gene'
GROUP BY w.figure_id, w.origin, w.word, w.match, w.word_status, f.entity_id, f.name, f.taxon
