-- In how many figures of each context's universe an entity is mentioned.
SELECT u.context, m.entity, CAST(COUNT(*) AS INT) AS figures
FROM universe AS u
JOIN figure_entities AS m ON m.figure = u.figure AND (m.taxon = u.context OR m.taxon = 0)
GROUP BY u.context, m.entity
