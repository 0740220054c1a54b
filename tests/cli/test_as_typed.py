"""Every command as a person types it: what it prints, on both streams, and how it ends.

KG_REWRITE_GOLDEN=1 pytest tests/cli/test_as_typed.py      rewrites transcript.txt; read the difference
"""

import os
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner
from helpers.corpus import MAPPINGS, TOY, record, write_toy

from kg.cli.main import main
from kg.runtime import plugins

TRANSCRIPT = Path(__file__).parent / "transcript.txt"
FILES = {
    "bad/PMC9__bad.md": "---\nfigid: PMC9__bad\nyear: [\n---\n",
    "bad/PMC1__good.md": record("PMC1__good", keywords=("TP53", "MDM2")),
    "mappings.sssom.tsv": MAPPINGS,
    "genes.csv": "gene,log2FC,figures\nTP53,-1.5,1\nMDM2,2,NA\nAKT,1,1\n",
    "pathways.gmt": "p53 pathway\tmade up\t7157\t4193\nno figure\tmade up\t8600\t8792\t4982\n",
    "count.rq": "SELECT (COUNT(*) AS ?n) WHERE { ?s a <http://purl.org/spar/fabio/Figure> }\n",
    "list.csv": "symbol,logFC\nAKT1,1.5\np53,-2\nMDM2,0.5\nAKT,1\nTP35,3\n",
    "broken.rq": "SELECT ?s WHERE { ?s ?p }\n",
}


def commands() -> list[str]:
    """Return the commands of the transcript, which is the only place where they stand."""
    lines = TRANSCRIPT.read_text(encoding="utf-8").splitlines()
    return [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]


def typed(command: str) -> str:
    """Run a command; return its line, all that it prints, and the exit code where it is not 0."""
    words = shlex.split(command)
    assert words[0] == "kg"
    result = CliRunner().invoke(main, words[1:], prog_name="kg")
    ending = f"[exit code {result.exit_code}]\n" if result.exit_code else ""
    return f"$ {command}\n{result.output}{ending}\n".replace(str(Path.cwd()), "/FOLDER")


def test_the_transcript_is_what_the_commands_print(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_toy(tmp_path / "records")
    write_toy(tmp_path, FILES)
    write_toy(tmp_path / "changed", TOY | {"_figures/PMC4__e.md": record("PMC4__e", keywords=("TP53", "ATP"))})
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    transcript = "".join(typed(command) for command in commands())
    if "KG_REWRITE_GOLDEN" in os.environ:
        TRANSCRIPT.write_text(transcript, encoding="utf-8")
    assert transcript == TRANSCRIPT.read_text(encoding="utf-8")
    assert "internal error" not in transcript
    assert "Traceback" not in transcript


def test_the_transcript_has_every_command_and_every_format() -> None:
    text = " ".join(commands())
    groups = {name: getattr(command, "commands", None) for name, command in main.commands.items()}
    names = [f"kg {name} {part}" if parts else f"kg {name}" for name, parts in groups.items() for part in parts or [""]]
    assert [name for name in names if name.strip() not in text and name != "kg serve"] == []
    assert [name for name in plugins.names("exporter") if f"export -f {name} " not in f"{text} "] == []
