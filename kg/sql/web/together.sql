-- The figures of two entities, and whether these were read from different words there.
SELECT c.figure, c.score, c.figure_id, f.different
FROM (
    SELECT s.figure, bool_or(s.form <> o.form) AS different
    FROM readings AS s JOIN readings AS o ON o.figure = s.figure
    WHERE s.entity = $subject AND o.entity = $object AND s.flavour <= $flavour AND o.flavour <= $flavour
    GROUP BY s.figure
) AS f
JOIN cards AS c ON c.figure = f.figure
WHERE c.counted AND (($first = 0 AND $last = 9999) OR c.year BETWEEN $first AND $last)
