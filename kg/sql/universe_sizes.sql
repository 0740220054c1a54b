SELECT context, CAST(COUNT(*) AS INT) AS figures FROM universe GROUP BY context
