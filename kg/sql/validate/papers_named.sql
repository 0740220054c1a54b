-- Papers that nothing in the build knows.
SELECT paper_id, figures
FROM papers
WHERE figures = 0 AND paper_id NOT IN (
    SELECT citing_id FROM citations WHERE kind = 'reference'
    UNION
    SELECT cited_id FROM citations WHERE kind = 'reference'
)
