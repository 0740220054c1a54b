-- Names that lists are compared with.

-- name: known_texts (table)
-- One row for each name, synonym and drawn word, which are the rows of $texts, with its form without hyphens and spaces,
-- which $joints finds.
SELECT text, regexp_replace(upper(text), $joints, '\1\2', 'g') AS key FROM ($texts) AS texts

-- name: joined_alike (rows)
-- reads: known_texts
-- The names, synonyms and drawn words that are one of $keys without hyphens and spaces.
SELECT text, key FROM known_texts WHERE key IN ($keys) ORDER BY key, text

-- name: all_texts (rows)
-- reads: known_texts
-- All names, synonyms and drawn words.
SELECT text FROM known_texts
