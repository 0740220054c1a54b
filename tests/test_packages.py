"""What packages bring besides the program: completions of shells, the recipe of conda, the archive of sources."""

import json
import re
import tomllib
from configparser import ConfigParser
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from kg.cli.completion import SHELLS
from kg.cli.main import main

TOP = Path(__file__).parents[1]
PROJECT = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))
NAMES_OF_CONDA = {"duckdb": "python-duckdb"}


@pytest.mark.parametrize("shell", SHELLS)
def test_completions_are_those_of_the_program(shell: str) -> None:
    # Rewrite them by: for s in bash zsh fish; do kg completion $s > deploy/completions/kg.$s; done
    printed = CliRunner().invoke(main, ["completion", shell]).output
    assert (TOP / "deploy" / "completions" / f"kg.{shell}").read_text(encoding="utf-8") == printed


def test_the_wheel_puts_each_completion_where_its_shell_looks() -> None:
    shared = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["shared-data"]
    assert shared == {
        "deploy/completions/kg.bash": "share/bash-completion/completions/kg",
        "deploy/completions/kg.zsh": "share/zsh/site-functions/_kg",
        "deploy/completions/kg.fish": "share/fish/vendor_completions.d/kg.fish",
    }


def test_the_recipe_of_conda_needs_what_the_project_needs() -> None:
    recipe = yaml.safe_load((TOP / "deploy" / "conda" / "recipe.yaml").read_text(encoding="utf-8"))
    python, *libraries = recipe["requirements"]["run"]
    assert python == "python >=${{ python_min }}"
    assert recipe["context"]["python_min"] == PROJECT["project"]["requires-python"].removeprefix(">=")
    wanted = [re.fullmatch(r"([\w-]+)>=([\d.]+)", text) for text in PROJECT["project"]["dependencies"]]
    assert libraries == [f"{NAMES_OF_CONDA.get(match[1], match[1])} >={match[2]}" for match in wanted if match]
    assert all(wanted)
    version = re.search(r'__version__ = "(.*)"', (TOP / "kg" / "__init__.py").read_text(encoding="utf-8"))
    assert version
    assert recipe["context"]["version"] == version[1]


def test_the_qleverfile_indexes_the_turtle_of_a_build() -> None:
    # qlever takes each `for-each` as one pattern of names, and ignores the keys that it does not know.
    settings = ConfigParser(interpolation=None)
    settings.read(TOP / "deploy" / "Qleverfile")
    index = settings["index"]
    jobs = json.loads(index["multi_input_json"])
    exports = TOP / "exports"
    matched = sorted(path.name for job in jobs for path in exports.glob(job["for-each"]))
    assert matched == sorted(path.name for path in exports.glob("*.ttl")) == sorted(index["input_files"].split())
    assert set(index) == {"input_files", "multi_input_json", "parser_buffer_size", "stxxl_memory", "encode_as_id"}
