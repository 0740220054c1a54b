-- Precedence, figure by figure: a sidecar table replaces the inline list of its category, and a bare
-- keyword counts only where no list or table of the figure accounts for it.
SELECT m.*
FROM claimed AS m
LEFT JOIN claims AS t
    ON m.origin = 'inline' AND t.figure_id = m.figure_id AND t.category = m.category AND t.place = 1
LEFT JOIN (SELECT DISTINCT figure_id, keyword FROM claimed WHERE origin <> 'keyword') AS r
    ON m.origin = 'keyword' AND r.figure_id = m.figure_id AND r.keyword = m.keyword
WHERE t.figure_id IS NULL AND r.figure_id IS NULL
