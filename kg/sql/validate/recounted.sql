-- The pairs of the entities of one part, counted by definition: every word of the one with every word of the other.
SELECT
    i.subject, i.object,
    COUNT(i.share) AS figures, COUNT(*) AS figures_all,
    COUNT(CASE WHEN i.synonyms THEN 1 END) AS figures_synonyms, COUNT(CASE WHEN i.strict THEN 1 END) AS figures_strict,
    COUNT(DISTINCT CASE WHEN i.share IS NULL THEN NULL WHEN f.paper = 0 THEN -i.figure ELSE f.paper END) AS papers,
    COALESCE(SUM(i.share), 0) AS weight,
    MIN(CASE WHEN i.share IS NOT NULL THEN f.year END) AS first_year,
    MAX(CASE WHEN i.share IS NOT NULL THEN f.year END) AS last_year
FROM (
    SELECT
        a.entity AS subject, b.entity AS object, a.figure,
        MAX(CASE WHEN a.word <> b.word THEN 1.0 / (a.candidates * b.candidates) END) AS share,
        BOOL_OR(a.word <> b.word AND a.flavour < 3 AND b.flavour < 3) AS synonyms,
        BOOL_OR(a.word <> b.word AND a.flavour = 1 AND b.flavour = 1) AS strict
    FROM figure_words AS a
    JOIN figure_words AS b ON b.figure = a.figure AND a.entity < b.entity
        AND (a.taxon = b.taxon OR a.taxon = 0 OR b.taxon = 0)
    WHERE a.entity IN (SELECT entity FROM chosen WHERE part = $part)
    GROUP BY a.entity, b.entity, a.figure
) AS i
JOIN figure_codes AS f ON f.figure = i.figure
GROUP BY i.subject, i.object
