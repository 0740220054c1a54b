"""Fetch the libraries of the web pages again and compare them with the lock file; maintainers only.

Run in a checkout, with npm: `python tools/vendor.py` writes the files of kg/web/vendor that vendor.lock.toml lists and
fails where a sum differs. After a version in the lock file was changed, `python tools/vendor.py --new` writes the new
sums.
"""

import hashlib
import re
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from pathlib import Path

VENDOR = Path(__file__).resolve().parent.parent / "kg" / "web" / "vendor"
LOCK = VENDOR / "vendor.lock.toml"


def fetch(package: str, version: str, folder: Path) -> Path:
    """Download a package with npm; return the path of its archive."""
    command = ["npm", "pack", f"{package}@{version}", "--silent", "--pack-destination", str(folder)]
    name = subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip().splitlines()[-1]
    return folder / Path(name).name


def member(packed: Path, path: str) -> bytes:
    """Return a file of a packed package, without the address of its source map."""
    with tarfile.open(packed) as archive:
        file = archive.extractfile(f"package/{path}")
        assert file, f"{packed.name} has no {path}"
        # The maps are not shipped, and a browser would ask for them.
        return re.sub(rb"\n?(//# sourceMappingURL=\S+|/\*# sourceMappingURL=\S+ \*/)\s*$", b"\n", file.read())


def main(arguments: list[str]) -> int:
    """Download and compare; return the exit code."""
    text = LOCK.read_text(encoding="utf-8")
    wrong = []
    with tempfile.TemporaryDirectory() as name:
        for library in tomllib.loads(text)["library"]:
            packed = fetch(library["name"], library["version"], Path(name))
            for file in library["files"]:
                # Files of no package, such as the licences of bundled libraries, are only compared.
                own = VENDOR / file["file"]
                body = member(packed, file["from"]) if "from" in file else own.read_bytes()
                digest = hashlib.sha256(body).hexdigest()
                own.write_bytes(body)
                if digest != file["sha256"]:
                    wrong.append(f"{file['file']}: {digest}, the lock file says {file['sha256']}")
                    # In the lock file, the sum follows the file on the same line.
                    line = re.compile(rf'(file = "{re.escape(file["file"])}".*sha256 = ")[^"]*')
                    text = line.sub(rf"\g<1>{digest}", text)
    if "--new" in arguments:
        LOCK.write_text(text, encoding="utf-8")
        return 0
    sys.stderr.write("".join(f"{line}\n" for line in wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
