-- Words of genes by how many genes they stand for, with the most drawn one of each number.
SELECT
    entities AS genes, COUNT(*) AS words, first(word ORDER BY figures DESC, word_id) AS most_drawn,
    MAX(figures) AS its_figures
FROM words
WHERE category = 'gene'
GROUP BY entities
ORDER BY entities
