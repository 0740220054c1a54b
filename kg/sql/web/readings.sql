-- The words that were read in figures, with what they were read as. Two readings are of one word if their forms are
-- equal; a keyword whose word is not known is a word of its own. flavour: 1 strict, 2 synonyms, 3 all.
SELECT
    c.figure, e.entity, COALESCE(m.match, '=' || m.entity_id) AS form, COALESCE(m.word, m.match) AS word,
    m.word_status AS status, CAST(list_position(['strict', 'synonyms', 'all'], m.flavour) AS TINYINT) AS flavour
FROM mentions AS m
JOIN cards AS c ON c.figure_id = m.figure_id
JOIN entity_codes AS e ON e.entity_id = m.entity_id
ORDER BY e.entity, c.figure
