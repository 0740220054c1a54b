SELECT word, category, word_status AS status, entities, figures FROM words
WHERE entities > 1
ORDER BY entities DESC, figures DESC, word_id LIMIT $top
