-- Which words each figure shows.
SELECT DISTINCT m.figure_id, w.word_id FROM mentions AS m JOIN words AS w ON w.word = m.match
