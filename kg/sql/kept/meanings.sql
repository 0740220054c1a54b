-- How many entities and words are something else under the same name: one of another taxon pairs with others.
SELECT
    (SELECT COUNT(*) FROM entities AS e JOIN previous_entities AS p ON p.entity_id = e.entity_id
        WHERE p.taxon IS DISTINCT FROM e.taxon)
    + (SELECT COUNT(*) FROM words AS w JOIN previous_words AS p ON p.word = w.word WHERE p.word_id <> w.word_id) AS changed
