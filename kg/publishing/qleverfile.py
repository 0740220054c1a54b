"""`Qleverfile`: the settings by which qlever indexes the Turtle of a release and serves it."""

from collections.abc import Iterable

from kg.publishing.facts import NAME, Facts
from kg.publishing.files import ReleaseFile

_TEMPLATE = """\
# QLever (https://github.com/qlever-dev/qlever): in this folder
#
#     pip install qlever
#     qlever index && qlever start
#
# A figure with a long caption, or a gene with thousands of partners, is one long statement: hence the larger buffer.

[data]
NAME        = {name}
DESCRIPTION = {description}
FORMAT      = ttl

[index]
INPUT_FILES        = {files}
MULTI_INPUT_JSON   = [{{ "cmd": "zcat {{}}", "for-each": "rdf/turtle/*.ttl.gz", "format": "ttl", "parallel": "true" }},
                      {{ "cmd": "cat {{}}", "for-each": "*.ttl", "format": "ttl", "parallel": "false" }}]
PARSER_BUFFER_SIZE = 50M
STXXL_MEMORY       = 4G
ENCODE_AS_ID       = https://identifiers.org/ncbigene/

[server]
PORT               = 7019
TIMEOUT            = 30s
MEMORY_FOR_QUERIES = 4G

[runtime]
SYSTEM = docker
"""


def qleverfile(facts: Facts, files: Iterable[ReleaseFile]) -> str:
    """Return the settings."""
    turtle = [file.path for file in files if file.path.endswith((".ttl", ".ttl.gz"))]
    description = f"{facts.title}, release {facts.release}"
    return _TEMPLATE.format(name=NAME, description=description, files=" ".join(turtle))
