-- The figures that kept pairs name as their evidence, with their papers.
SELECT substr(f.figure_id, 7) AS figid, f.title, f.year, f.url, f.paper_id, p.title AS paper_title
FROM figures AS f
LEFT JOIN papers AS p ON p.paper_id = f.paper_id
WHERE substr(f.figure_id, 7) IN (SELECT unnest(string_split(evidence, '|')) FROM evidence)
ORDER BY figid
