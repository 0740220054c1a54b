-- One row a figure, entity and drawn word: of several readings the one from the best origin, of the narrowest flavour,
-- that comes first. n_candidates: how many entities of that category and taxon the word expands to in that figure.
WITH drawn AS (
    SELECT
        figure_id, entity_id, match, word,
        MIN_BY(origin, place) AS origin,
        MIN_BY(word_status, place) AS word_status,
        MIN_BY(flavour, place) AS flavour,
        NULLIF(MIN_BY(COALESCE(source, ''), place), '') AS source
    FROM (
        SELECT
            figure_id, entity_id, match, word, origin, word_status, flavour, source,
            CASE origin WHEN 'sidecar' THEN 0 WHEN 'inline' THEN 1 ELSE 2 END * CAST(30000000000 AS BIGINT)
            + CASE flavour WHEN 'strict' THEN 0 WHEN 'synonyms' THEN 1 ELSE 2 END * CAST(10000000000 AS BIGINT)
            + position AS place
        FROM words_read
    ) AS placed
    GROUP BY figure_id, entity_id, match, word
)
SELECT
    d.figure_id, d.entity_id, d.origin, d.word_status,
    CASE WHEN d.match IS NULL THEN 1 ELSE s.n_candidates END AS n_candidates,
    d.flavour, d.word, d.match, d.source
FROM drawn AS d
JOIN entities AS e ON e.entity_id = d.entity_id
LEFT JOIN (
    SELECT d.figure_id, d.match, e.category, COALESCE(e.taxon, '') AS taxon,
        CAST(COUNT(DISTINCT d.entity_id) AS INT) AS n_candidates
    FROM drawn AS d JOIN entities AS e ON e.entity_id = d.entity_id
    WHERE d.match IS NOT NULL
    GROUP BY d.figure_id, d.match, e.category, COALESCE(e.taxon, '')
) AS s
    ON s.figure_id = d.figure_id AND s.match = d.match AND s.category = e.category AND s.taxon = COALESCE(e.taxon, '')
