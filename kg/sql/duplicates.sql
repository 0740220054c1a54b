-- Records and tables that another file had already given.
SELECT name, kept_name, figure_id, category, digest = kept_digest AS same
FROM claims WHERE place > 1 AND NOT sets
ORDER BY name, figure_id, category
