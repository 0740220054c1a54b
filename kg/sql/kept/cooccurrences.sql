-- The entities whose pairs with one another are counted anew: those that changed figures show, or showed.
SELECT c.entity
FROM entity_codes AS c
JOIN (
    SELECT m.entity_id FROM mentions AS m JOIN changed_figures AS f ON f.figure_id = m.figure_id
    UNION
    SELECT m.entity_id FROM previous_mentions AS m JOIN changed_figures AS f ON f.figure_id = m.figure_id
) AS shown ON shown.entity_id = c.entity_id
