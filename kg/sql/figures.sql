SELECT
    k.figure_id, k.paper_id, f.alias, f.title, f.caption, f.number, f.figure_type, f.year, f.filename, f.url,
    f.pathway_score, f.search_rank, f.organisms, f.organisms_ner, f.annotations,
    COALESCE(f.ndex, n.target) AS ndex,
    COALESCE(f.wikipathways_id, w.target) AS wikipathways_id,
    c.name AS source_file
FROM known_figures AS k
LEFT JOIN raw_figures AS f ON f.record = k.record AND f.figure_id = k.figure_id
LEFT JOIN claims AS c ON c.record = k.record AND c.figure_id = k.figure_id AND c.category = 'figure'
LEFT JOIN (SELECT figure_id, MIN(target) AS target FROM raw_links WHERE kind = 'ndex' GROUP BY figure_id) AS n
    ON n.figure_id = k.figure_id
LEFT JOIN (SELECT figure_id, MIN(target) AS target FROM raw_links WHERE kind = 'wikipathways' GROUP BY figure_id) AS w
    ON w.figure_id = k.figure_id
ORDER BY k.figure_id
