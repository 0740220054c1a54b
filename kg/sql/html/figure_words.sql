-- The words by which the kept entities are drawn in those figures, as they were read; those of this flavour.
SELECT substr(m.figure_id, 7) AS figid, m.entity_id,
    list(DISTINCT COALESCE(m.word, m.match) ORDER BY COALESCE(m.word, m.match)) AS words
FROM mentions AS m
JOIN drawn AS d ON d.figure_id = m.figure_id AND d.node_id = m.entity_id AND d.word = m.match
WHERE substr(m.figure_id, 7) IN (SELECT unnest(string_split(evidence, '|')) FROM evidence)
GROUP BY figid, m.entity_id
ORDER BY figid, m.entity_id
