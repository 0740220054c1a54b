-- Words as things of their own.
SELECT * FROM words ORDER BY word_id
