-- One row a thing. Its name is the lexicon's, where that has it; else, and for category and taxon, what records say
-- most often; a table's preferred name before the drawn word.
SELECT
    e.entity_id, c.category, COALESCE(t.name, n.name) AS name, e.id_status, e.figures, e.papers, e.taxon
FROM (
    SELECT
        r.entity_id,
        CASE MIN(CASE r.id_status WHEN 'given' THEN 1 WHEN 'learned' THEN 2 WHEN 'lexicon' THEN 3 ELSE 4 END)
            WHEN 1 THEN 'given' WHEN 2 THEN 'learned' WHEN 3 THEN 'lexicon' ELSE 'none' END AS id_status,
        CAST(COUNT(DISTINCT r.figure_id) AS INT) AS figures,
        CAST(COUNT(DISTINCT k.paper_id) AS INT) AS papers,
        MIN(r.taxon) AS taxon
    FROM words_read AS r JOIN known_figures AS k ON k.figure_id = r.figure_id
    GROUP BY r.entity_id
) AS e
JOIN (
    SELECT entity_id, name, ROW_NUMBER() OVER (PARTITION BY entity_id ORDER BY drawn, uses DESC, name) AS place
    FROM (
        SELECT entity_id, name, MIN(CASE WHEN name = keyword THEN 1 ELSE 0 END) AS drawn, COUNT(*) AS uses
        FROM words_read GROUP BY entity_id, name
    ) AS names
) AS n ON n.entity_id = e.entity_id AND n.place = 1
JOIN (
    SELECT entity_id, category, ROW_NUMBER() OVER (PARTITION BY entity_id ORDER BY uses DESC, category) AS place
    FROM (SELECT entity_id, category, COUNT(*) AS uses FROM words_read GROUP BY entity_id, category) AS categories
) AS c ON c.entity_id = e.entity_id AND c.place = 1
LEFT JOIN lexicon_terms AS t ON t.entity_id = e.entity_id
ORDER BY e.entity_id
