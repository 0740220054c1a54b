-- Words, shaped as entities.
SELECT word_id AS entity_id, 'word' AS category, word AS name, word_status, entities, figures, papers,
    NULL AS taxon, NULL AS id_status, CAST([] AS VARCHAR[]) AS xrefs, CAST([] AS VARCHAR[]) AS synonyms
FROM words
