-- How many figures draw the word, in any spelling and however it is known, and how many the things it means.
SELECT
    (SELECT COUNT(DISTINCT figure_id) FROM mentions WHERE match IN (SELECT form FROM asked)) AS word,
    (SELECT COUNT(DISTINCT figure_id) FROM mentions WHERE entity_id IN (SELECT entity_id FROM meant)) AS thing
