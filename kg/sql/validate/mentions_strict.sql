-- Chemicals and diseases that are not strict, for they are not expanded; families that are not of the widest flavour.
SELECT m.figure_id, m.entity_id, m.match, m.word, e.category, m.flavour
FROM mentions AS m JOIN entities AS e ON e.entity_id = m.entity_id
WHERE (e.category IN ('chemical', 'disease') AND m.flavour <> 'strict')
    OR (e.category = 'family' AND m.flavour <> 'all')
