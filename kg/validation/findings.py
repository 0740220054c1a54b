"""The report of a validation: every check that ran, the faults with their places, and the way out."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, get_args

from kg.errors import KgError
from kg.model.records import Severity

# Names of errors without the suffix Error, as in kg.errors.
# ruff: noqa: N818

EXAMPLES = 20
"""Faults of one check that are shown; the report has the number of all."""

MAX_WIDTH = 300
"""Characters of a value that people read; longer ones are cut."""

REBUILD = "build again: kg build SOURCE -o FOLDER --no-cache; if it comes back, report it"
REWRITE = "write it again: kg build, or kg export -f turtle; if it comes back, report it"
RELEASE_OPTION = "build again with the option; kg build --help describes it"
DECLARE = "leave it out, or declare it in kg/validation/shapes.ttl"
MEND = "mend it in the record, and build again"

COLUMNS = ("severity", "check", "total", "place", "value", "holds", "remedy")


class InvalidBuild(KgError):
    """A build, or a file of RDF, has faults of severity `error`."""


class Check(NamedTuple):
    """A condition that every valid build fulfils."""

    name: str  # table and subject, such as mentions.flavour
    holds: str  # the condition in plain English
    severity: Severity = "error"
    remedy: str = REBUILD


class Example(NamedTuple):
    """One fault: its place, and the wrong value."""

    place: Mapping[str, Any]
    value: Mapping[str, Any]


class Finding(NamedTuple):
    """A check that failed; `examples` are the first of `total` faults."""

    check: Check
    total: int
    examples: Sequence[Example]


class Report:
    """The results of a validation; `subject` is the path of the build or file."""

    def __init__(self, subject: str) -> None:
        self.subject = subject
        self.findings: list[Finding] = []
        self.passed: list[str] = []
        self.skipped: list[tuple[str, str]] = []
        """Names of checks that did not run, with the reason."""
        self.scope: list[tuple[str, str]] = []
        """Parts that were checked, and how much of each."""

    def add(self, check: Check, total: int, examples: Sequence[Example] = ()) -> bool:
        """Add the result of a check; return whether it passed."""
        if not total:
            self.passed.append(check.name)
            return True
        self.findings.append(Finding(check, total, examples[:EXAMPLES]))
        return False

    def extend(self, other: "Report") -> None:
        """Add all results of another report."""
        self.findings += other.findings
        self.passed += other.passed
        self.skipped += other.skipped
        self.scope += other.scope

    def skip(self, name: str, reason: str) -> None:
        """Record that a check did not run."""
        self.skipped.append((name, reason))

    def count(self, severity: Severity) -> int:
        """Count the failed checks of a severity."""
        return sum(finding.check.severity == severity for finding in self.findings)

    @property
    def failed(self) -> list[str]:
        """The names of the failed checks, sorted."""
        return sorted(finding.check.name for finding in self.findings)

    def require_valid(self) -> None:
        """Raise InvalidBuild if a check of severity `error` failed; warnings and notes are accepted."""
        wrong = [finding.check.name for finding in self.findings if finding.check.severity == "error"]
        if wrong:
            more = f" and {len(wrong) - 3} more" if len(wrong) > 3 else ""
            raise InvalidBuild(f"{self.subject}: not valid: {', '.join(wrong[:3])}{more}; the report says where")

    def render(self, format_: str) -> str:
        """Return the report as `table`, `tsv` or `json`."""
        return {"table": self.to_text, "tsv": self.to_tsv, "json": self.to_json}[format_]()

    def to_text(self) -> str:
        """Return the report for people."""
        verdict = f"{len(self.passed)} passed"
        verdict += "".join(f", {_plural(self.count(severity), severity)}" for severity in get_args(Severity))
        verdict += f", {len(self.skipped)} skipped" if self.skipped else ""
        lines = [("checked", self.subject), *self.scope, ("checks", verdict)]
        lines += [("skipped", f"{name}: {reason}") for name, reason in self.skipped]
        head = "".join(f"{name:<12}{_printable(text)}\n" for name, text in lines)
        return "\n".join([head, *map(_section, self.findings)])

    def to_tsv(self) -> str:
        """Return one line for each fault, with a header; control characters are shown as escapes."""
        lines = [COLUMNS, *(map(str, row) for row in self._rows())]
        return "".join("\t".join(map(_printable, line)) + "\n" for line in lines)

    def _rows(self) -> Iterator[tuple[Any, ...]]:
        for check, total, examples in self.findings:
            for place, value in examples:
                yield (
                    *(check.severity, check.name, total, _assignments(place), _assignments(value)),
                    *(check.holds, check.remedy),
                )
        for name, reason in self.skipped:
            yield "skipped", name, "", "", "", reason, ""

    def to_json(self) -> str:
        """Return the report for programs."""
        report = {
            "subject": self.subject,
            "valid": not self.count("error"),
            "scope": dict(self.scope),
            "findings": [
                check._asdict() | {"total": total, "examples": [example._asdict() for example in examples]}
                for check, total, examples in self.findings
            ],
            "skipped": [{"check": name, "reason": reason} for name, reason in self.skipped],
            "passed": self.passed,
        }
        text = json.dumps(report, indent=2, ensure_ascii=False, default=str)
        return text.encode("utf-8", "backslashreplace").decode() + "\n"  # a lone surrogate as JSON writes it


def _section(finding: Finding) -> str:
    check, total, examples = finding
    head = [
        f"{check.severity:<12}{check.name}: {_plural(total, 'fault')}",
        *(f"{'':12}{text}" for text in (check.holds, check.remedy)),
    ]
    rows = [
        f"  {_printable(_assignments(place))}: {_cut(_printable(_assignments(value)))}" for place, value in examples
    ]
    more = [f"  ... and {total - len(rows):,} more"] if total > len(rows) else []
    return "".join(f"{line}\n" for line in [*head, *rows, *more])


def _cut(text: str) -> str:
    return text if len(text) <= MAX_WIDTH else text[: MAX_WIDTH - 1] + "…"


def _assignments(values: Mapping[str, Any]) -> str:
    return " ".join(f"{name}={'NULL' if value is None else value}" for name, value in values.items())


def _plural(number: int, noun: str) -> str:
    return f"{number:,} {noun}" + ("s" if number != 1 else "")


def _printable(text: str) -> str:
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)
