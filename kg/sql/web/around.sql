-- What an entity is drawn with, among the pairs of a threshold.
SELECT object AS other, figures, figures_synonyms, figures_strict, weight, q FROM strong_pairs WHERE subject = $entity
UNION ALL
SELECT subject AS other, figures, figures_synonyms, figures_strict, weight, q FROM strong_pairs WHERE object = $entity
