-- What each word was read as, in how many figures.
SELECT w.word_id, m.entity_id, CAST(COUNT(DISTINCT m.figure_id) AS INT) AS figures
FROM mentions AS m JOIN words AS w ON w.word = m.match
GROUP BY w.word_id, m.entity_id
