-- The things that the text in `asked` means: those the lexicon reads it as, in `read_as`, and those that have this
-- identifier, name or synonym in the build.
SELECT e.entity_id FROM entities AS e
JOIN read_as AS r ON e.entity_id = r.id OR list_contains(e.xrefs, r.id)
UNION
SELECT e.entity_id FROM entities AS e
JOIN (SELECT DISTINCT text FROM asked) AS a
    ON e.entity_id = a.text OR lower(e.name) = lower(a.text)
    OR list_contains(e.xrefs, a.text) OR list_contains(e.synonyms, a.text)
