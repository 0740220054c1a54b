-- Co-occurrences of entities; an ego view puts those of the nearest first.
SELECT *, 0 AS place FROM cooccurrences
