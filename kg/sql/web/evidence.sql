-- What is shown of the figures in `page`, with the words of the two entities.
SELECT c.* EXCLUDE (figure, counted), p.different, s.words AS subject_words, o.words AS object_words
FROM page AS p
JOIN cards AS c ON c.figure = p.figure
JOIN (
    SELECT figure, array_sort(array_agg(DISTINCT word) FILTER (WHERE word IS NOT NULL)) AS words
    FROM readings WHERE entity = $subject AND flavour <= $flavour GROUP BY figure
) AS s ON s.figure = p.figure
JOIN (
    SELECT figure, array_sort(array_agg(DISTINCT word) FILTER (WHERE word IS NOT NULL)) AS words
    FROM readings WHERE entity = $object AND flavour <= $flavour GROUP BY figure
) AS o ON o.figure = p.figure
ORDER BY p.place
