"""Build the documentation as a folder of pages that any web server, or a disk, can serve.

    pip install -c constraints.txt -e '.[docs]' && python tools/build_site.py

writes `site`; open `site/index.html`. A broken link, a missing anchor or picture, and a page without a line in
tools/site/navigation.toml are errors. The same pages give the same bytes.
"""

import argparse
import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parent.parent


def build(folder: Path) -> int:
    """Build the site into a folder, which is replaced only if all went well; return the exit code.

    Raises SystemExit with a message where the folder holds anything but a site, cannot be made, or Sphinx is missing.
    """
    _check_replaceable(folder)
    try:
        from sphinx.cmd.build import build_main
    except ModuleNotFoundError as error:
        command = "pip install -c constraints.txt -e '.[docs]'"
        raise SystemExit(f"the site needs {error.name}, which is not installed; install it with: {command}") from None
    os.environ.setdefault("SOURCE_DATE_EPOCH", "0")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SystemExit(f"{folder}: {error.strerror}; choose another folder") from None
    with TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}.") as name:
        work = Path(name)
        options = ["--quiet", "--fail-on-warning", "--keep-going", "--conf-dir", str(ROOT / "tools" / "site")]
        options += ["--doctree-dir", str(work / "doctrees"), str(ROOT), str(work / "site")]
        if code := build_main(options):
            return code
        (work / "site" / ".buildinfo").unlink()
        if folder.exists():
            folder.rename(work / "before")
        (work / "site").rename(folder)
    return 0


def _check_replaceable(folder: Path) -> None:
    """Raise SystemExit for a file, and for a folder with anything but a site, which would be lost."""
    if folder.is_dir():
        if (folder / "searchindex.js").is_file() or not any(folder.iterdir()):
            return
        raise SystemExit(f"{folder}: is a folder of something else, which would be replaced; choose another folder")
    if folder.exists():
        raise SystemExit(f"{folder}: is a file; choose another folder")


def main(arguments: list[str] | None = None) -> int:
    """Read the arguments and build; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", default=ROOT / "site", help="folder to write [site]")
    return build(parser.parse_args(arguments).folder.absolute())


if __name__ == "__main__":
    sys.exit(main())
