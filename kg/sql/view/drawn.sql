-- The words of each figure and the entities they stand for; a keyword whose word is not known is one of its own.
SELECT DISTINCT figure_id, entity_id AS node_id, COALESCE(match, '=' || entity_id) AS word
FROM mentions
