"""Print the lowest version of each dependency that pyproject.toml allows, as pip constraints.

python tools/lowest.py > lowest.txt && pip install -c lowest.txt .
"""

import re
import tomllib
from pathlib import Path

PROJECT = Path(__file__).parent.parent / "pyproject.toml"

for requirement in tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]["dependencies"]:
    print(re.sub(r">=", "==", requirement))
