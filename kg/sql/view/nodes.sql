-- One row a node of the view, sorted by identifier; the columns are those of kg.views.NODE_COLUMNS.
SELECT * FROM (
    SELECT
        entity_id AS id, name, category AS type, taxon, id_status, word_status, entities,
        CASE WHEN len(xrefs) > 0 THEN array_to_string(xrefs, '|') END AS xrefs,
        CASE WHEN len(synonyms) > 0 THEN array_to_string(synonyms, '|') END AS synonyms, figures, papers
    FROM kept_entities
    UNION ALL BY NAME
    SELECT
        figure_id AS id, COALESCE(alias, substr(figure_id, 7)) AS name, 'figure' AS type, title, year, number,
        pathway_score
    FROM kept_figures
    UNION ALL BY NAME
    SELECT
        paper_id AS id, substr(paper_id, strpos(paper_id, ':') + 1) AS name, 'paper' AS type, title, year, figures,
        reference, doi
    FROM kept_papers
)
ORDER BY id
