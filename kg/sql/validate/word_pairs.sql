-- Pairs of words with the columns of pairs of entities: each word is one thing, so that there is one count only.
SELECT *, figures AS figures_all, figures AS figures_synonyms, figures AS figures_strict,
    CAST(figures AS DOUBLE) AS weight, CAST(NULL AS VARCHAR) AS taxon
FROM word_cooccurrences
