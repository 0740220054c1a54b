-- Entities; what only words have is empty.
SELECT *, NULL AS word_status, NULL AS entities FROM entities
