"""The commands of `kg`, a module for those that belong together; `kg.cli` puts them under one name."""
