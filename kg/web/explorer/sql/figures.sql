-- Figures as such: the search by title, the list of an entity's figures, and a figure with its near-identical ones.

-- name: figure_places (view)
-- reads: figures
-- One row for each figure: its place in the order of answers, the likeliest pathways first, and its names.
SELECT figure_id, alias, title, year,
    CAST(ROW_NUMBER() OVER (ORDER BY pathway_score DESC NULLS LAST, figure_id) - 1 AS INT) AS place
FROM figures

-- name: title_words (table)
-- reads: figure_places
-- One row for each figure and word of its title, in lower case without accents.
SELECT DISTINCT word, place
FROM (
    SELECT place, unnest(regexp_split_to_array(lower(strip_accents(title)), '[^\p{L}\p{N}]+')) AS word
    FROM figure_places
)
WHERE word <> ''

-- name: figure_names (table)
-- reads: figure_places
-- One row for each figure, in the order of places.
SELECT figure_id, alias, title, year FROM figure_places ORDER BY place

-- name: figure_keys (table)
-- reads: figure_places
-- One row for each figid and alias in upper case, sorted, and the place of its figure.
SELECT key, place
FROM (
    SELECT upper(substr(figure_id, 7)) AS key, place FROM figure_places
    UNION
    SELECT upper(alias) AS key, place FROM figure_places WHERE alias IS NOT NULL
)
ORDER BY key, place

-- name: figure_title_words (table)
-- reads: title_words
-- One row for each word of titles, sorted, with the number of its figures.
SELECT word, COUNT(*) AS figures FROM title_words GROUP BY word ORDER BY word

-- name: figure_title_places (table)
-- reads: title_words
-- One row for each word and figure: the places, sorted by word.
SELECT place FROM title_words ORDER BY word, place

-- name: drawn_words (table)
-- reads: numbered_mentions
-- One row for each drawn word of a figure, sorted by word. Words that are unknown are left out.
SELECT DISTINCT form, figure FROM numbered_mentions WHERE status <> 'unknown' ORDER BY form, figure

-- name: figure_sizes (table)
-- reads: drawn_words
-- One row for each figure with drawn words: their number.
SELECT figure, CAST(COUNT(*) AS INT) AS words FROM drawn_words GROUP BY figure ORDER BY figure

-- name: figure_counts_of_entity (rows)
-- reads: numbered_mentions
-- One row: the figures that draw the entity by a likely reading, and those that draw it by doubtful ones only.
SELECT COUNT(*) FILTER (WHERE likely) AS figures, COUNT(*) FILTER (WHERE NOT likely) AS doubtful_figures
FROM (SELECT figure, BOOL_OR(likely) AS likely FROM numbered_mentions WHERE entity = $entity GROUP BY figure)

-- name: figures_of_entity (rows)
-- reads: numbered_mentions, numbered_figures, figure_sizes
-- One row for each figure of a page of the list: the words that draw the entity there, and the number of all drawn
-- words. `doubtful`: all readings as the entity are doubtful; with $doubtful = 0 such figures are left out.
WITH page AS (
    SELECT m.figure, m.likely, COALESCE(s.words, 0) AS words_drawn, ROW_NUMBER() OVER (ORDER BY $sort) AS position
    FROM (
        SELECT figure, BOOL_OR(likely) AS likely
        FROM numbered_mentions
        WHERE entity = $entity
        GROUP BY figure
        HAVING BOOL_OR(likely) OR $doubtful = 1
    ) AS m
    JOIN numbered_figures AS f ON f.figure = m.figure
    LEFT JOIN figure_sizes AS s ON s.figure = m.figure
    ORDER BY position
    LIMIT $limit OFFSET $offset
)
SELECT f.* EXCLUDE (figure, counted, paper), p.words_drawn, NOT p.likely AS doubtful, COALESCE(w.words, []) AS words
FROM page AS p
JOIN numbered_figures AS f ON f.figure = p.figure
JOIN (
    SELECT figure, array_sort(array_agg(DISTINCT word) FILTER (WHERE word IS NOT NULL)) AS words
    FROM numbered_mentions WHERE entity = $entity GROUP BY figure
) AS w ON w.figure = p.figure
ORDER BY p.position

-- name: one_figure (rows)
-- reads: figures, papers, numbered_figures
-- One row: a figure with its paper.
SELECT
    n.figure, n.paper, n.counted, f.*, p.title AS paper_title, p.reference, p.doi, p.journal,
    p.figures AS figures_of_paper
FROM figures AS f
JOIN numbered_figures AS n ON n.figure_id = f.figure_id
LEFT JOIN papers AS p ON p.paper_id = f.paper_id
WHERE f.figure_id = $figure_id AND n.figure_id = $figure_id

-- name: figure_files (rows)
-- reads: numbered_figures
-- One row for each of $figure_ids: the name of the file with its picture, which may be NULL.
SELECT figure_id, filename FROM numbered_figures WHERE figure_id IN ($figure_ids)

-- name: number_of_figure (rows)
-- reads: numbered_figures
-- One row: the number of a figure.
SELECT figure FROM numbered_figures WHERE figure_id = $figure_id

-- name: figures_of_paper (rows)
-- reads: numbered_figures
-- One row for each other figure of a paper.
SELECT figure_id, alias, title, year FROM numbered_figures
WHERE paper = $paper AND figure <> $figure
ORDER BY figure_id
LIMIT $limit

-- name: words_of_figure (rows)
-- reads: numbered_mentions
-- One row for each word of a figure and entity that it may mean, the most probable first. `word` is as it is drawn, NULL
-- where it is unknown.
SELECT form, MIN(word) AS word, MIN(status) AS status, entity, MAX(probability) AS probability
FROM numbered_mentions
WHERE figure = $figure
GROUP BY form, entity
ORDER BY form, probability DESC, entity

-- name: readings_of_figure (rows)
-- reads: numbered_readings
-- One row for each word in doubt of a figure and reading that it may have there, the most probable first.
SELECT * EXCLUDE (figure) FROM numbered_readings WHERE figure = $figure ORDER BY form, probability DESC, name, id

-- name: pairs_of_figure (rows)
-- reads: pairs
-- One row for each pair, the strongest first.
SELECT subject, object, figures, papers, weight, npmi, q, first_year, last_year
FROM pairs
ORDER BY weight DESC, figures DESC, subject, object

-- name: similar_figures (rows)
-- reads: drawn_words, figure_sizes, numbered_figures
-- One row for each figure whose drawn words are nearly those of another: the words that both draw, its own number of
-- drawn words, and the Jaccard index of the two sets.
SELECT f.figure_id, f.alias, f.title, f.year, f.paper_id, f.paper_title, f.url, f.filename,
    o.shared, o.words, o.jaccard, o.found
FROM (
    SELECT n.figure, n.shared, s.words, n.shared / ($words + s.words - n.shared) AS jaccard,
        COUNT(*) OVER () AS found
    FROM (
        SELECT figure, CAST(COUNT(*) AS INT) AS shared FROM drawn_words
        WHERE form IN ($forms) AND figure <> $figure
        GROUP BY figure
        HAVING COUNT(*) >= $least_shared
    ) AS n
    JOIN figure_sizes AS s ON s.figure = n.figure
    WHERE n.shared / ($words + s.words - n.shared) >= $least
) AS o
JOIN numbered_figures AS f ON f.figure = o.figure
ORDER BY o.jaccard DESC, o.shared DESC, f.figure_id
LIMIT $limit
