-- One row an edge of the view, sorted by kind and ends; the columns are those of kg.views.EDGE_COLUMNS.
SELECT * FROM (
    SELECT 1 AS rank, citing_id AS source_id, cited_id AS target_id, 'cites' AS interaction, kind
    FROM kept_citations
    UNION ALL BY NAME
    SELECT
        2 AS rank, figure_id AS source_id, entity_id AS target_id, 'mentions' AS interaction,
        string_agg(DISTINCT COALESCE(word, match), '|' ORDER BY COALESCE(word, match)) AS words,
        min(word_status) AS word_status,
        string_agg(DISTINCT source, '|' ORDER BY source) AS lexicon,
        min(origin) AS origin, min(n_candidates) AS n_candidates,
        arg_min(flavour, list_position(['strict', 'synonyms', 'all'], flavour)) AS flavour
    FROM kept_mentions
    GROUP BY figure_id, entity_id
    UNION ALL BY NAME
    SELECT 3 AS rank, entity_id AS source_id, family_id AS target_id, 'member-of' AS interaction FROM kept_members
    UNION ALL BY NAME
    SELECT
        4 AS rank, p.subject_id AS source_id, p.object_id AS target_id, 'co-occurs' AS interaction, p.taxon,
        p.weight, p.figures, p.figures_all, p.figures_synonyms, p.figures_strict, p.papers, p.first_year, p.last_year,
        p.expected, p.lift, p.jaccard, p.npmi, p.log10_p, p.q, e.evidence
    FROM kept_pairs AS p
    LEFT JOIN evidence AS e ON e.subject_id = p.subject_id AND e.object_id = p.object_id
)
ORDER BY rank, source_id, target_id, kind
