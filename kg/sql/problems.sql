SELECT DISTINCT severity, code, file, line, message FROM raw_problems
