"""Files in, raw tables out: sources, parallel parsing, the parse cache and SSSOM mappings."""
