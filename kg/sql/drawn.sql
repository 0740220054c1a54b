-- What the words of records were expanded to: human genes.
SELECT DISTINCT match AS word, entity_id, flavour
FROM resolved
WHERE match IS NOT NULL AND category = 'gene' AND taxon = 'ncbitaxon:9606' AND flavour IS NOT NULL
ORDER BY word, entity_id, flavour
