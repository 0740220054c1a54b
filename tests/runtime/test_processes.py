"""Processes that kg starts."""

import subprocess
import sys
from pathlib import Path

SCRIPT = """\
import os
from kg.runtime.processes import Workers, run_apart

print("script", __name__, flush=True)
with Workers(2) as workers:
    print(workers.submit(abs, -1).result())
print(run_apart(os.getppid, 1 << 30, 60) == os.getpid(), __name__)
"""
"""A script as people write it: without `if __name__ == "__main__":`."""


def test_a_process_does_not_run_the_script_that_started_it(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=300, check=False)
    assert (done.stdout, done.stderr) == ("script __main__\n1\nTrue __main__\n", "")


def test_a_process_may_open_as_many_files_as_its_hard_limit_allows() -> None:
    script = """\
from resource import RLIMIT_NOFILE, getrlimit, setrlimit
from kg.runtime.processes import allow_open_files

setrlimit(RLIMIT_NOFILE, (64, 100))
allow_open_files()
print(getrlimit(RLIMIT_NOFILE))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=300, check=False)
    assert (done.stdout, done.stderr) == ("(100, 100)\n", "")
