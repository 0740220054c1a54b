-- What an entity is drawn with, among all pairs.
SELECT object AS other, figures, figures_synonyms, figures_strict, weight, q FROM pairs WHERE subject = $entity
UNION ALL
SELECT subject AS other, figures, figures_synonyms, figures_strict, weight, q FROM reversed_pairs WHERE object = $entity
