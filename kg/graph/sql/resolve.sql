-- The meanings of a text that a person types; kg/graph/resolve.py has their order.

-- name: figures_named (rows)
-- reads: figures
-- The figures with the identifier $id or the short id $text.
SELECT figure_id AS id, COALESCE(alias, substr(figure_id, 7)) AS name
FROM figures WHERE figure_id = $id OR alias = $text
ORDER BY id

-- name: figures_of_paper (rows)
-- reads: figures
-- The figures of the paper $paper.
SELECT figure_id AS id FROM figures WHERE paper_id = $paper ORDER BY id

-- name: entities_named (rows)
-- reads: entities
-- The entities that have $id as identifier, or $text in any case or its plain spelling $form as name or synonym; and
-- those whose name has letters or entities that have a plain spelling. Python compares and ranks them.
SELECT entity_id AS id, name, category, taxon, figures, xrefs, synonyms
FROM entities
WHERE entity_id = $id OR list_contains(xrefs, $id) OR upper(name) IN (upper($text), $form)
    OR regexp_matches(name, '[^\x00-\x7F]|&') OR entity_id IN (
        SELECT entity_id FROM (SELECT entity_id, unnest(synonyms) AS synonym FROM entities) AS of_synonyms
        WHERE upper(synonym) IN (upper($text), $form) OR regexp_matches(synonym, '[^\x00-\x7F]|&')
    )

-- name: entities_drawn (rows)
-- reads: entities, mentions
-- The entities that the drawn word $word stands for with a probability of $likely, with the number of figures where it
-- does.
SELECT e.entity_id AS id, e.name, e.category, e.taxon, m.figures
FROM (
    SELECT entity_id, COUNT(DISTINCT figure_id) AS figures
    FROM mentions WHERE match = $word AND probability >= $likely GROUP BY entity_id
) AS m
JOIN entities AS e ON e.entity_id = m.entity_id
ORDER BY m.figures DESC, id

-- name: entities_read (rows)
-- reads: entities
-- The entities with one of the identifiers $ids, which the lexicon reads the text as.
SELECT entity_id AS id, name, category, taxon, figures
FROM entities
WHERE entity_id IN ($ids) OR list_has_any(xrefs, [$ids])
ORDER BY figures DESC, id

-- name: texts (rows)
-- reads: entities, words
-- All names, synonyms and drawn words.
SELECT name AS text FROM entities
UNION
SELECT unnest(synonyms) AS text FROM entities
UNION
SELECT word AS text FROM words

-- name: similar_texts (rows)
-- Up to $most names, synonyms and drawn words that are spelled like the text.
SELECT text
FROM ($texts) AS texts
WHERE jaro_winkler_similarity(upper(text), upper($text)) >= 0.6
ORDER BY jaro_winkler_similarity(upper(text), upper($text)) DESC, text
LIMIT $most

-- name: texts_joined_alike (rows)
-- The names, synonyms and drawn words that are $key, in upper case, without the hyphens and spaces that $joints finds.
SELECT text
FROM ($texts) AS texts
WHERE upper(text[:1]) = $key[:1] AND regexp_replace(upper(text), $joints, '\1\2', 'g') = $key
ORDER BY text

-- name: entities_named_among (rows)
-- reads: entities
-- Those of `entities_named`, by any of many texts: $ids are identifiers, $keys texts and plain spellings in upper case.
-- Here and below such a list is one text with a line for each, because DuckDB reads it faster than a list of literals.
SELECT entity_id AS id, name, category, taxon, figures, xrefs, synonyms
FROM entities
WHERE entity_id IN (SELECT unnest(string_split($ids, chr(10))))
    OR upper(name) IN (SELECT unnest(string_split($keys, chr(10)))) OR regexp_matches(name, '[^\x00-\x7F]|&')
    OR entity_id IN (
        SELECT entity_id FROM (SELECT entity_id, unnest(xrefs) AS xref FROM entities) AS of_xrefs
        WHERE xref IN (SELECT unnest(string_split($ids, chr(10))))
        UNION ALL
        SELECT entity_id FROM (SELECT entity_id, unnest(synonyms) AS synonym FROM entities) AS of_synonyms
        WHERE upper(synonym) IN (SELECT unnest(string_split($keys, chr(10))))
            OR regexp_matches(synonym, '[^\x00-\x7F]|&')
    )
ORDER BY id

-- name: figures_named_among (rows)
-- reads: figures
-- The figures with one of the identifiers $ids or the short ids $texts.
SELECT figure_id AS id, alias, COALESCE(alias, substr(figure_id, 7)) AS name
FROM figures
WHERE figure_id IN (SELECT unnest(string_split($ids, chr(10)))) OR alias IN (SELECT unnest(string_split($texts, chr(10))))
ORDER BY id

-- name: entities_drawn_among (rows)
-- reads: entities, mentions
-- The entities that each of the drawn words $words stands for with a probability of $likely, with the number of figures
-- where it does.
SELECT m.match AS word, e.entity_id AS id, e.name, e.category, e.taxon, m.figures
FROM (
    SELECT match, entity_id, COUNT(DISTINCT figure_id) AS figures
    FROM mentions
    WHERE match IN (SELECT unnest(string_split($words, chr(10)))) AND probability >= $likely
    GROUP BY match, entity_id
) AS m
JOIN entities AS e ON e.entity_id = m.entity_id
ORDER BY word, m.figures DESC, id

-- name: entities_read_among (rows)
-- reads: entities
-- The entities with one of the identifiers $ids, their own or another.
SELECT entity_id AS id, name, category, taxon, figures, xrefs
FROM entities
WHERE entity_id IN (SELECT unnest(string_split($ids, chr(10)))) OR entity_id IN (
    SELECT entity_id FROM (SELECT entity_id, unnest(xrefs) AS xref FROM entities) AS of_xrefs
    WHERE xref IN (SELECT unnest(string_split($ids, chr(10))))
)
ORDER BY figures DESC, id

-- name: texts_joined_alike_among (rows)
-- The names, synonyms and drawn words that are one of $keys, in upper case, without the hyphens and spaces that $joints
-- finds.
SELECT text, regexp_replace(upper(text), $joints, '\1\2', 'g') AS key
FROM ($texts) AS texts
WHERE regexp_replace(upper(text), $joints, '\1\2', 'g') IN (SELECT unnest(string_split($keys, chr(10))))
ORDER BY key, text
