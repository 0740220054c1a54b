"""Fixtures, by scope: a build that several tests read is made once a session and never written to.

`seeds_build` is what `kg build seeds` writes. `toy_build` comes from the toy corpus of helpers/corpus.py, and
`full_build` adds the outputs that are written only on request. `shared` is the folder of larger real input.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers.corpus import MAPPINGS, SEEDS, SHARED, TOY, write_toy
from hypothesis import settings

from kg.building.options import BuildParameters
from kg.building.release import release
from kg.rdf.dump import LAYERS

pytest_plugins = ["helpers.browser"]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Return one worker more than there are cores, because many tests wait for processes that they start."""
    return (os.cpu_count() or 1) + 1


settings.register_profile("usual", max_examples=100, deadline=None, derandomize=True)
settings.register_profile("thorough", max_examples=3000, deadline=None)
settings.load_profile("usual")


@pytest.fixture(scope="session", autouse=True)
def nobodys_folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A lexicon that the developer has would change what commands print, a cache what they do."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        patch.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("data")))
        yield


@pytest.fixture(scope="session")
def seeds_build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    destination = tmp_path_factory.mktemp("seeds") / "exports"
    release([str(SEEDS)], destination)
    return destination


@pytest.fixture(scope="session")
def toy_build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_toy(tmp_path_factory.mktemp("toy"))
    destination = folder / "exports"
    release([str(folder), str(folder / "citations.tsv")], destination)
    return destination


@pytest.fixture(scope="session")
def record_build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the toy corpus as its records have it: no word is in doubt, so that numbers are worked by hand."""
    folder = write_toy(tmp_path_factory.mktemp("record"))
    destination = folder / "exports"
    release([str(folder), str(folder / "citations.tsv")], destination, BuildParameters(readings="record"))
    return destination


@pytest.fixture(scope="session")
def full_build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the toy corpus with families, all layers and a mapping file."""
    folder = write_toy(tmp_path_factory.mktemp("full"), TOY | {"own.sssom.tsv": MAPPINGS})
    destination = folder / "exports"
    parameters = BuildParameters(min_figures=1, families=True, mappings=(str(folder / "own.sssom.tsv"),))
    release([str(folder), str(folder / "citations.tsv")], destination, parameters, layers=LAYERS)
    return destination


@pytest.fixture(scope="session")
def shared() -> Path:
    if not SHARED.is_dir():
        pytest.skip(f"the larger real input is not beside the checkout ({SHARED.parent.name}/{SHARED.name})")
    return SHARED
