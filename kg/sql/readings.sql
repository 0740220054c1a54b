-- Precedence, figure by figure: a sidecar table replaces the inline list of its category, and a bare
-- keyword counts only where no list or table of the figure accounts for it. Members of sets count for figures
-- of which nothing else is known.
SELECT m.*
FROM claimed AS m
LEFT JOIN claims AS t
    ON m.origin = 'inline' AND t.figure_id = m.figure_id AND t.category = m.category AND t.place = 1
LEFT JOIN (SELECT DISTINCT figure_id, keyword FROM claimed WHERE origin NOT IN ('keyword', 'set')) AS r
    ON m.origin = 'keyword' AND r.figure_id = m.figure_id AND r.keyword = m.keyword
LEFT JOIN (SELECT DISTINCT figure_id FROM claimed WHERE origin <> 'set') AS o
    ON m.origin = 'set' AND o.figure_id = m.figure_id
WHERE t.figure_id IS NULL AND r.figure_id IS NULL AND o.figure_id IS NULL
