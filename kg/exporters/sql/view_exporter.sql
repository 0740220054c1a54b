-- Attributes of networks that the rows of a view do not hold.

-- name: entity_lists (rows)
-- reads: view_entities
-- One row for each entity of the view whose lists have a member with a bar: the rows of a view join members by bars.
SELECT entity_id AS id, xrefs, synonyms FROM view_entities
WHERE contains(array_to_string(list_concat(xrefs, synonyms), ''), '|')

-- name: mention_lists (rows)
-- reads: view_mentions
-- One row for each figure and entity of the view whose lists have a member with a bar.
SELECT
    figure_id, entity_id,
    list(DISTINCT COALESCE(word, match) ORDER BY COALESCE(word, match))
        FILTER (COALESCE(word, match) IS NOT NULL) AS words,
    list(DISTINCT source ORDER BY source) FILTER (source IS NOT NULL) AS lexicon
FROM view_mentions
GROUP BY figure_id, entity_id
HAVING bool_or(contains(CONCAT(word, match, source), '|'))

-- name: figure_of_view (rows)
-- reads: view_figures, papers
-- The figure of a figure view, with its paper.
SELECT f.*, p.title AS paper_title, p.reference
FROM view_figures AS f LEFT JOIN papers AS p ON p.paper_id = f.paper_id
