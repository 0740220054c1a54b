-- Readings with the word that was drawn, as far as it is given or inferred, and what of PFOCR's flavours they
-- belong to. A gene whose word is not known was found by its symbol or a synonym; nothing else is expanded.
SELECT
    r.figure_id, r.origin, r.position, r.keyword, r.word, COALESCE(r.match, i.match) AS match, r.source,
    r.entity_id, r.category, r.name, r.taxon, r.id_status,
    CASE WHEN r.match IS NOT NULL THEN 'given' WHEN i.match IS NOT NULL THEN 'inferred' ELSE 'unknown' END
        AS word_status,
    COALESCE(r.flavour, i.flavour, CASE WHEN r.category = 'gene' THEN 'synonyms' ELSE 'strict' END) AS flavour
FROM resolved AS r
LEFT JOIN inferred AS i ON r.match IS NULL AND i.figure_id = r.figure_id AND i.entity_id = r.entity_id
