-- As entity_codes, for the co-occurrence of words; they have no taxon.
SELECT
    word_id AS entity_id, category, CAST(NULL AS STRING) AS taxon_id,
    CAST(ROW_NUMBER() OVER (ORDER BY word_id) AS INT) AS entity, 0 AS taxon
FROM words
