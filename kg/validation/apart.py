"""Checks of RDF in a process of its own, because a parser that runs out of memory ends its process.

A file of a few hundred bytes can make a parser, a query or pySHACL take gigabytes.
"""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple, TypeVar

from kg.runtime.processes import run_apart
from kg.validation.findings import Check, Example, Report

Subject = TypeVar("Subject")

RAISE = "raise --memory-limit or --timeout, if you trust this file"
READABLE = Check("rdf.limits", "the RDF can be read within the limits of memory and time", remedy=RAISE)


class Limits(NamedTuple):
    """Limits of the process that checks RDF."""

    memory: int = 4 << 30  # bytes
    seconds: float = 3600


def check_apart(
    check: Callable[[Subject, Report, int], None],
    subject: Subject,
    name: str,
    report: Report,
    sample: int,
    limits: Limits,
) -> None:
    """Run a check in another process, and add its results to the report; `name` is that of the file in messages."""
    try:
        made = run_apart(partial(_checked, check, subject, sample), limits.memory, limits.seconds)
    except (ChildProcessError, TimeoutError) as error:
        report.add(READABLE, 1, [Example({"file": name}, {"error": f"the process that reads it {error}"})])
    else:
        report.extend(made)


def _checked(check: Callable[[Subject, Report, int], None], subject: Subject, sample: int) -> Report:
    report = Report("")
    check(subject, report, sample)
    return report
