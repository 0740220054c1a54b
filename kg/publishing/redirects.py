"""The redirects of the IRIs of a release at w3id.org: `.htaccess` and README.md, as its repository asks for.

The rules take the path from the request line, because Apache decodes the one that a rule sees. In the name of a word,
`%2F` is no slash. The server chooses between page and RDF by `Accept`, so that the rules need not.
"""

from kg.publishing.facts import W3ID, Facts

SERVER, FILES = "https://kg.example.org", "https://files.example.org/pfocr-kg"
"""Addresses that stand for those that were not given; example.org is for examples."""

_HTACCESS = """\
# {base}: {title}
# Redirects to a server of kg (kg serve) and to the files of its releases. README.md names who keeps this folder.

Options +FollowSymLinks -MultiViews
RewriteEngine on

# The files of release {release}.
RewriteCond %{{THE_REQUEST}} "^[A-Z]+ /{folder}/dataset/{pattern}/((?:rdf|tables|kgx|gmt|networks|qc)/[^ ?]+) "
RewriteRule ^ {files}/%1 [R=302,NE,L]
RewriteRule ^dataset/{pattern}/([A-Za-z0-9_-]+\\.(?:ttl|json|duckdb|md|cff|tsv))$ {files}/$1 [R=302,L]
RewriteRule ^dataset/{pattern}/(Qleverfile|SHA256SUMS)$ {files}/$1 [R=302,L]

# The vocabulary and the dataset have names with a hash, vocab#Term, which no client sends.
RewriteRule ^$ {server}/dataset [R=303,L]
RewriteRule ^(vocab|dataset|queries)/?$ {server}/$1 [R=303,L]

# Pairs, words, entities without an identifier, queries, versions of the vocabulary, releases and their graphs.
RewriteCond %{{THE_REQUEST}} "^[A-Z]+ /{folder}/((?:co|word|keyword|chemical|disease|query|vocab|dataset)/[^ ?]+)"
RewriteRule ^ {server}/%1 [R=303,NE,L]
"""

_README = """\
# {base}

Permanent identifiers of the {title}: its vocabulary (`vocab#...`), the dataset and its releases (`dataset/...`), pairs
(`co/...`), drawn words (`word/...`), and entities without an identifier (`keyword/`, `chemical/`, `disease/`).

- Server that answers them: {server}
- Files of release {release}: {files}

## Maintainers

- {publisher}{contact}
- GitHub: @YOUR-ACCOUNT, which must be the account of the pull request

## Examples

| IRI | becomes |
|---|---|
| `{base}vocab#weight` | `{server}/vocab` |
| `{base}dataset/{release}` | `{server}/dataset/{release}` |
| `{base}dataset/{release}/tables/figures.parquet` | `{files}/tables/figures.parquet` |
| `{base}co/ncbigene:8600_ncbigene:8792` | `{server}/co/ncbigene:8600_ncbigene:8792` |
| `{base}word/PI3K%2FAKT` | `{server}/word/PI3K%2FAKT` |
"""


def redirects(facts: Facts) -> dict[str, str]:
    """Return the texts of the files by path; none where the base is not at w3id.org."""
    if not facts.build.base.startswith(W3ID):
        return {}
    contact = facts.parameters.get("contact")
    folder = facts.build.base.removeprefix(W3ID).strip("/")
    values = {
        "base": facts.build.base,
        "title": facts.title,
        "folder": folder,
        "release": facts.release,
        "pattern": facts.release.replace(".", "\\."),
        "server": facts.server or SERVER,
        "files": facts.files or FILES,
        "publisher": facts.publisher or "YOUR NAME",
        "contact": f", <{contact}>" if contact else "",
    }
    place = f"w3id/{folder}"
    return {f"{place}/.htaccess": _HTACCESS.format(**values), f"{place}/README.md": _README.format(**values)}
