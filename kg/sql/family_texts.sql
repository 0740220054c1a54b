-- Drawn words that were expanded as a family.
SELECT DISTINCT match FROM worded WHERE flavour = 'all' AND category = 'gene' AND match IS NOT NULL ORDER BY match
