"""The public names of `kg`: quick to import, complete, and documented."""

import ast
import inspect
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from helpers.corpus import write_toy

import kg
from kg import errors

HEAVY = ("duckdb", "pyarrow", "rdflib", "networkx", "click", "numpy", "pyoxigraph", "yaml", "scipy")


def run(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout


def test_import_loads_nothing_heavy() -> None:
    loaded = f"print([name for name in {HEAVY} if name in sys.modules])"
    assert run(f"import sys\nimport kg\n{loaded}\nkg.KgError, dir(kg)\n{loaded}") == "[]\n[]\n"


def test_import_takes_under_50_ms() -> None:
    code = "import time\nstart = time.process_time()\nimport kg\nprint(time.process_time() - start)"
    assert min(float(run(code)) for _ in range(5)) < 0.05


def test_every_public_name_is_there_and_documented() -> None:
    assert len(set(kg.__all__)) == len(kg.__all__)
    assert {*kg.__all__, "__version__"} == set(dir(kg))
    for name in kg.__all__:
        assert inspect.getdoc(getattr(kg, name)), name


def test_every_error_is_public() -> None:
    family = {name for name, value in vars(errors).items() if inspect.isclass(value) and issubclass(value, kg.KgError)}
    assert family <= set(kg.__all__)


def test_type_checkers_see_every_public_name() -> None:
    tree = ast.parse(Path(kg.__file__).read_text(encoding="utf-8"))
    imported = {alias.asname for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names}
    assert set(kg.__all__) - {"build", "open"} <= imported


def test_another_name_is_refused() -> None:
    with pytest.raises(AttributeError, match="module 'kg' has no attribute 'nothing'"):
        kg.nothing  # noqa: B018


def test_build_takes_paths_and_options(tmp_path: Path) -> None:
    folder = write_toy(tmp_path / "toy")
    stages: set[str] = set()
    result = kg.build(
        [folder, str(folder / "citations.tsv")],
        tmp_path / "out",
        min_figures=1,
        base="https://example.org/",
        families=True,
        layers=("mentions",),
        store=False,
        progress=lambda stage, *_: stages.add(stage),
    )
    assert isinstance(result, kg.BuildResult)
    assert result.manifest["parameters"]["base"] == "https://example.org/"
    assert result.manifest["parameters"]["layers"] == ["mentions"]
    assert result.manifest["thresholds"]["min_figures"] == 1
    assert "store" not in result.manifest["outputs"]
    assert stages
    with kg.open(tmp_path / "out") as graph:
        assert graph.build.manifest == result.manifest
        assert graph.find("AKT") == "fplx:AKT"


def test_build_refuses_what_is_wrong(tmp_path: Path) -> None:
    folder = write_toy(tmp_path / "toy")
    with pytest.raises(kg.UnknownName, match="no layer is called"):
        kg.build(folder, tmp_path / "out", layers=["word"])
    with pytest.raises(kg.SourceError):
        kg.build(tmp_path / "nothing", tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("base", "not an iri"),
        ("jobs", 0),
        ("min_figures", 0),
        ("max_entities", 1),
        ("layers", "mentions"),
        ("mappings", 3),
        ("lexicon", "bundled"),
    ],
)
def test_build_names_the_argument_that_is_wrong(tmp_path: Path, name: str, value: Any) -> None:
    with pytest.raises(kg.ParameterError, match=f"{name}={value!r} is "):
        kg.build("seeds", tmp_path / "out", **{name: value})


def test_a_lexicon_wants_a_folder_and_several_words() -> None:
    with pytest.raises(kg.LexiconError, match="/nowhere: no such folder"):
        kg.Lexicon.from_folder("/nowhere")
    with pytest.raises(kg.ParameterError, match="words='PI3K' is one text"):
        kg.Lexicon.bundled().readings("PI3K")
