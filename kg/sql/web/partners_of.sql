-- What an entity is drawn with by different words: the strongest of each category, and how many there are.
SELECT category, partners, other, figures
FROM (
    SELECT
        e.category, COUNT(*) OVER (PARTITION BY e.category) AS partners, a.other, a.figures,
        ROW_NUMBER() OVER (PARTITION BY e.category ORDER BY a.weight DESC, a.figures DESC, a.other) AS place
    FROM around AS a JOIN entity_codes AS e ON e.entity = a.other
)
WHERE place <= $top
ORDER BY category, place
