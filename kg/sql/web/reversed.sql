-- The pairs by their greater end, with what partners are chosen by.
SELECT object, subject, figures, figures_synonyms, figures_strict, weight, q FROM pairs
