-- The figures of an entity within the years, as `pairs` counts them, but for papers, which partners are not chosen by:
-- all are 0, which is quick. The entity is number 0, the least of all, so all its pairs begin with it.
WITH its AS (SELECT * FROM drawn WHERE entity = $entity AND year BETWEEN $first AND $last)
SELECT * REPLACE (0 AS entity, 0 AS paper) FROM its
UNION ALL
SELECT * FROM drawn WHERE entity <> $entity AND figure IN (SELECT figure FROM its)
