-- Figures in which the genes of other organisms were looked for, and no human ones.
SELECT DISTINCT k.figure_id
FROM claims AS k JOIN raw_figures AS f ON f.record = k.record AND f.figure_id = k.figure_id
WHERE k.category = 'figure' AND k.place = 1 AND CAST(f.organisms_ner AS STRING) <> '[]'
    AND NOT ARRAY_CONTAINS(f.organisms_ner, 'Homo sapiens')
