-- The words that an entity is drawn by, and how they are known; NULL where the word is not.
SELECT CASE WHEN status <> 'unknown' THEN form END AS word, COUNT(DISTINCT figure) AS figures, status
FROM readings
WHERE entity = $entity
GROUP BY ALL
ORDER BY figures DESC, word, status
LIMIT $top
