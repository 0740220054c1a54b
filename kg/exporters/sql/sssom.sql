-- SSSOM: the head of the file.

-- name: sssom_prefixes (rows)
-- reads: mappings
-- One row for each prefix of an identifier in the mappings.
SELECT DISTINCT split_part(id, ':', 1) AS prefix
FROM (SELECT subject_id AS id FROM mappings UNION ALL SELECT object_id AS id FROM mappings) AS ids
ORDER BY prefix
