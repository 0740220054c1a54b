"""Examples in docstrings that read `exports` run in a folder with the seeds and their build."""

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def example_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with `seeds` and, built from them, `exports`."""
    import kg

    folder = tmp_path_factory.mktemp("examples")
    (folder / "seeds").symlink_to(Path(__file__).parent / "seeds")
    kg.build(folder / "seeds", folder / "exports")
    return folder


@pytest.fixture(autouse=True)
def examples_run_beside_a_build(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Change to that folder for a docstring that reads a build."""
    if isinstance(request.node, pytest.DoctestItem):
        assert request.node.dtest is not None
        if any('"exports"' in example.source for example in request.node.dtest.examples):
            monkeypatch.chdir(request.getfixturevalue("example_folder"))
            # A lexicon that the developer has would change what names mean.
            monkeypatch.setenv("XDG_DATA_HOME", str(request.getfixturevalue("example_folder")))
