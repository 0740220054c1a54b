-- The figures that could show a pair of a context: those with two different words among the entities
-- that pair there. Context = a taxon, for pairs with a gene of it; 0 for pairs without a gene.
SELECT c.figure, c.context
FROM (SELECT DISTINCT figure, taxon AS context FROM figure_words) AS c
JOIN figure_words AS w ON w.figure = c.figure AND (w.taxon = c.context OR w.taxon = 0)
GROUP BY c.figure, c.context
HAVING COUNT(DISTINCT w.word) > 1
