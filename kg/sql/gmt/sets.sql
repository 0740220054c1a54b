-- The sets of one kind and flavour with at least $least members, organism by organism.
SELECT s.taxon, s.figure_id, COALESCE(f.title, p.title) AS title, s.members
FROM (
    SELECT taxon, figure_id, string_agg(member, chr(9) ORDER BY width, member) AS members
    FROM gmt_members
    WHERE kind = $kind AND flavour <= $flavour
    GROUP BY taxon, figure_id
    HAVING COUNT(*) >= $least
) AS s
JOIN figures AS f ON f.figure_id = s.figure_id
LEFT JOIN papers AS p ON p.paper_id = f.paper_id
ORDER BY s.taxon, s.figure_id
