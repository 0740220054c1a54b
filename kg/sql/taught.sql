-- What the words of records were read as, in how many figures: identified things only.
SELECT m.match AS word, e.category, e.entity_id, e.name, COALESCE(e.taxon, '') AS taxon, m.flavour,
    COUNT(DISTINCT m.figure_id) AS figures
FROM mentions AS m
JOIN entities AS e ON e.entity_id = m.entity_id
WHERE m.word_status = 'given' AND e.id_status = 'given'
GROUP BY m.match, e.category, e.entity_id, e.name, e.taxon, m.flavour
ORDER BY word, e.category, e.entity_id, m.flavour
