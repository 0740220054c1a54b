"""`kg completion`: bash, which reads the script, offers commands, options, formats, views, queries and pictures."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.shell_completion import BashComplete
from click.testing import CliRunner

from kg.cli.completion import SHELLS
from kg.cli.main import main

TYPED = {
    "kg ex": ["export"],
    "kg export --fla": ["--flavour"],
    "kg export -f gra": ["graphml"],
    "kg export -f par": ["parquet"],
    "kg export --view e": ["ego"],
    "kg query pair": ["pair-by-year", "pair-statistics", "pairs-changed-in-release", "pairs-new-in-release"],
    "kg query part": ["partners"],
    "kg query partners -f sp": ["sparql-csv", "sparql-tsv"],
    "kg plot ne": ["neighbourhood", "network"],
    "kg completion f": ["fish"],
}
SCRIPT = """
source <(kg completion bash) || exit 1
compopt() { :; }  # which works inside a completion only
while read -r -a COMP_WORDS; do
    COMP_CWORD=$((${#COMP_WORDS[@]} - 1)) COMPREPLY=()
    _kg_completion kg "${COMP_WORDS[$COMP_CWORD]}"
    echo "${COMPREPLY[*]}"
done
"""


@pytest.mark.skipif(not shutil.which("bash"), reason="bash is not installed")
def test_bash_completes_names(tmp_path: Path) -> None:
    program = tmp_path / "kg"
    program.write_text(
        f'#!/bin/sh\nexec "{sys.executable}" -c "from kg.cli.main import main; main(prog_name=\'kg\')" "$@"\n'
    )
    program.chmod(0o755)
    done = subprocess.run(
        ["bash", "-c", f'PATH="{tmp_path}:$PATH"\n{SCRIPT}'],
        input="\n".join(TYPED) + "\n",
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert [line.split() for line in done.stdout.splitlines()] == list(TYPED.values())


@pytest.mark.parametrize("command", ["build", "curate", "diff", "enrich", "lexicon learn", "serve", "validate"])
def test_a_folder_or_file_is_completed_by_the_shell(command: str) -> None:
    completions = BashComplete(main, {}, "kg", "_KG_COMPLETE").get_completions(command.split(), "se")
    assert [(item.type, item.value) for item in completions] == [("file", "se")]


@pytest.mark.parametrize("shell", SHELLS)
def test_each_shell_has_a_script(shell: str) -> None:
    result = CliRunner().invoke(main, ["completion", shell])
    assert (result.exit_code, result.stderr) == (0, "")
    assert f"_KG_COMPLETE={shell}_complete" in result.stdout


def test_another_shell_is_wrong_usage() -> None:
    result = CliRunner().invoke(main, ["completion", "tcsh"])
    assert result.exit_code == 2
    assert "'tcsh' is not one of 'bash', 'zsh', 'fish'" in result.stderr
