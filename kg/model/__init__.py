"""The data model in code: records, tables, identifiers and column names (docs/data-model.md)."""
