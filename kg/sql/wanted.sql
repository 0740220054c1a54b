-- Texts that need grounding, with the category their record gives them.
SELECT DISTINCT category, keyword AS text FROM readings WHERE entity_id IS NULL ORDER BY category, text
