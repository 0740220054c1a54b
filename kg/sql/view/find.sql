-- What a person may mean by the text in `asked`: the surest first.
SELECT 1 AS rank, entity_id AS id FROM entities, asked WHERE entity_id = text
UNION ALL
SELECT 1 AS rank, figure_id AS id FROM figures, asked WHERE figure_id IN (text, 'pfocr:' || text) OR alias = text
UNION ALL
SELECT 2 AS rank, entity_id AS id FROM entities, asked WHERE name = text
UNION ALL
SELECT 3 AS rank, entity_id AS id FROM entities, asked WHERE list_contains(xrefs, text)
UNION ALL
SELECT 4 AS rank, entity_id AS id FROM entities, asked WHERE lower(name) = lower(text)
UNION ALL
SELECT 5 AS rank, entity_id AS id FROM entities, asked WHERE list_contains(synonyms, text)
ORDER BY rank, id
