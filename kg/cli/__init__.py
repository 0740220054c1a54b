"""The command line: a module a command, and what the commands share."""
