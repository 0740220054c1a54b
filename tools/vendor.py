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
    """Give the packed package as npm gives it."""
    command = ["npm", "pack", f"{package}@{version}", "--silent", "--pack-destination", str(folder)]
    name = subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip().splitlines()[-1]
    return folder / Path(name).name


def member(packed: Path, path: str) -> bytes:
    """Give a file of a packed package, without the address of its source map."""
    with tarfile.open(packed) as archive:
        found = archive.extractfile(f"package/{path}")
        assert found, f"{packed.name} has no {path}"
        # The maps are not shipped; a browser would ask for them.
        return re.sub(rb"\n?(//# sourceMappingURL=\S+|/\*# sourceMappingURL=\S+ \*/)\s*$", b"\n", found.read())


def main(arguments: list[str]) -> int:
    """Fetch and compare; give the exit code."""
    text = LOCK.read_text(encoding="utf-8")
    wrong = []
    with tempfile.TemporaryDirectory() as name:
        for library in tomllib.loads(text)["library"]:
            packed = fetch(library["name"], library["version"], Path(name))
            for each in library["files"]:
                # What is in no package, such as the licences of bundled libraries, is only compared.
                own = VENDOR / each["file"]
                body = member(packed, each["from"]) if "from" in each else own.read_bytes()
                digest = hashlib.sha256(body).hexdigest()
                own.write_bytes(body)
                if digest != each["sha256"]:
                    wrong.append(f"{each['file']}: {digest}, the lock file says {each['sha256']}")
                    # The file comes before its sum in the same line of the lock.
                    line = re.compile(rf'(file = "{re.escape(each["file"])}".*sha256 = ")[^"]*')
                    text = line.sub(rf"\g<1>{digest}", text)
    if "--new" in arguments:
        LOCK.write_text(text, encoding="utf-8")
        return 0
    sys.stderr.write("".join(f"{line}\n" for line in wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
