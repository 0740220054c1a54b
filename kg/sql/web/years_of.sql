-- In how many figures of each year an entity is drawn.
SELECT c.year, COUNT(DISTINCT r.figure) AS figures
FROM readings AS r JOIN cards AS c ON c.figure = r.figure
WHERE r.entity = $entity AND c.year IS NOT NULL
GROUP BY c.year
ORDER BY c.year
