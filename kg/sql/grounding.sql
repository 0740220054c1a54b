-- One identifier a text: what a mapping file says (priority 0), approved symbol (1), name of a chemical or disease (2),
-- corpus-learned (3), unambiguous alias (4), a word that was taught (5), else the text's own (9). Once for figures of human
-- genes, and once for the others, where a bare symbol is no human gene.
SELECT category, text, human, found_category, entity_id, name, taxon, id_status
FROM (
    SELECT *, ROW_NUMBER() OVER (PARTITION BY category, text, human ORDER BY priority, entity_id) AS place
    FROM (
        SELECT category, text, found_category, entity_id, name, taxon, id_status, priority FROM lexicon_readings
        UNION ALL
        SELECT l.category, l.text, l.found_category, l.entity_id, l.name, l.taxon, 'learned' AS id_status, 3 AS priority
        FROM learned AS l JOIN wanted AS w ON w.category = l.category AND w.text = l.text
    ) AS every_reading
    CROSS JOIN (SELECT TRUE AS human UNION ALL SELECT FALSE AS human) AS figures
    WHERE human OR priority IN (0, 9) OR taxon IS NULL OR taxon <> 'ncbitaxon:9606'
) AS ranked
WHERE place = 1
