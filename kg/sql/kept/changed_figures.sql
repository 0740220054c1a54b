-- Figures that show something else than in the previous build, as far as pairs are concerned.
SELECT DISTINCT figure_id
FROM (
    (SELECT figure_id, entity_id, match, n_candidates, flavour FROM mentions
        EXCEPT SELECT figure_id, entity_id, match, n_candidates, flavour FROM previous_mentions)
    UNION ALL
    (SELECT figure_id, entity_id, match, n_candidates, flavour FROM previous_mentions
        EXCEPT SELECT figure_id, entity_id, match, n_candidates, flavour FROM mentions)
    UNION ALL
    (SELECT figure_id, paper_id, CAST(year AS VARCHAR), NULL, NULL FROM figures
        EXCEPT SELECT figure_id, paper_id, CAST(year AS VARCHAR), NULL, NULL FROM previous_figures)
    UNION ALL
    (SELECT figure_id, paper_id, CAST(year AS VARCHAR), NULL, NULL FROM previous_figures
        EXCEPT SELECT figure_id, paper_id, CAST(year AS VARCHAR), NULL, NULL FROM figures)
) AS differing
