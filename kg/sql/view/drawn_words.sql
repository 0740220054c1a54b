-- The words of each figure, each standing for itself.
SELECT DISTINCT m.figure_id, w.word_id AS node_id, m.match AS word
FROM mentions AS m JOIN words AS w ON w.word = m.match
