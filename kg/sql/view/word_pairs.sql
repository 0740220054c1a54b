-- Co-occurrences of words, shaped as those of entities: a word is not expanded, so its pairs weigh what they count.
SELECT *, CAST(figures AS DOUBLE) AS weight, NULL AS figures_all, NULL AS figures_synonyms, NULL AS figures_strict,
    NULL AS taxon, 0 AS place
FROM word_cooccurrences
