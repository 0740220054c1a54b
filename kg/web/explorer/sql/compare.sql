-- Two entities beside each other.

-- name: compared_partners (rows)
-- reads: partners, entity_codes
-- One row for each partner of $one or $other in $min_figures figures or more: partners of both (`shared`), of $one only
-- (`one`), and of $other only (`other`), $limit of each, with the number of all of its kind. A partner of both is as
-- strong as it is with the one of less weight.
SELECT kind, partners, entity, one_figures, one_weight, other_figures, other_weight
FROM (
    SELECT *, COUNT(*) OVER (PARTITION BY kind) AS partners,
        ROW_NUMBER() OVER (
            PARTITION BY kind
            ORDER BY LEAST(one_weight, other_weight) DESC, LEAST(one_figures, other_figures) DESC,
                COALESCE(one_figures, 0) + COALESCE(other_figures, 0) DESC, entity
        ) AS position
    FROM (
        SELECT *, CASE WHEN one_figures IS NULL THEN 'other' WHEN other_figures IS NULL THEN 'one' ELSE 'shared' END AS kind
        FROM (
            SELECT other AS entity,
                MAX(CASE WHEN center = $one THEN figures END) AS one_figures,
                MAX(CASE WHEN center = $one THEN weight END) AS one_weight,
                MAX(CASE WHEN center = $other THEN figures END) AS other_figures,
                MAX(CASE WHEN center = $other THEN weight END) AS other_weight
            FROM partners
            WHERE figures >= $min_figures AND other NOT IN ($one, $other)
                AND other IN (SELECT entity FROM entity_codes WHERE category IN ($categories))
            GROUP BY other
        )
    )
)
WHERE position <= $limit
ORDER BY kind, position

-- name: compared_years (rows)
-- reads: numbered_mentions, numbered_figures
-- One row for each year: the figures that draw $one, $other, and both, by likely readings. `together` counts figures that
-- draw the two by different words, in which pairs are counted.
SELECT year, COUNT(*) FILTER (WHERE one) AS one, COUNT(*) FILTER (WHERE other) AS other,
    COUNT(*) FILTER (WHERE pair) AS together
FROM (
    SELECT f.year, BOOL_OR(m.entity = $one) AS one, BOOL_OR(m.entity = $other) AS other,
        f.counted AND BOOL_OR(m.entity = $one) AND BOOL_OR(m.entity = $other) AND COUNT(DISTINCT m.form) > 1 AS pair
    FROM numbered_mentions AS m JOIN numbered_figures AS f ON f.figure = m.figure
    WHERE m.entity IN ($one, $other) AND m.likely AND f.year IS NOT NULL
    GROUP BY m.figure, f.year, f.counted
)
GROUP BY year
ORDER BY year
