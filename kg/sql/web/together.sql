-- The figures of two entities: the words they were read from, and whether these are different.
SELECT
    c.* EXCLUDE (figure, counted), bool_or(s.form <> o.form) AS different,
    array_sort(array_agg(DISTINCT s.word) FILTER (WHERE s.word IS NOT NULL)) AS subject_words,
    array_sort(array_agg(DISTINCT o.word) FILTER (WHERE o.word IS NOT NULL)) AS object_words
FROM readings AS s
JOIN readings AS o ON o.figure = s.figure
JOIN cards AS c ON c.figure = s.figure
WHERE s.entity = $subject AND o.entity = $object AND s.flavour <= $flavour AND o.flavour <= $flavour AND c.counted
    AND (($first = 0 AND $last = 9999) OR c.year BETWEEN $first AND $last)
GROUP BY ALL
