"""What validation finds, and how it is told: every check that ran, what it found and where, and what to do about it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from kg.errors import KgError
from kg.model.records import Severity

# The name says what is wrong, as those of kg.errors do.
# ruff: noqa: N818

EXAMPLES = 20
"""Faults of one check that are shown; their number is always told."""

WIDEST = 300
"""Characters of a value before it is cut, where people read it."""

REBUILD = "build again: kg build SOURCE -o FOLDER; if it comes back, report it"
REWRITE = "write it again: kg build, or kg export -f turtle; if it comes back, report it"
DECLARE = "leave it out, or say it in kg/shapes.ttl"
MEND = "mend it in the record, and build again"

COLUMNS = ("severity", "check", "total", "place", "value", "holds", "remedy")


class InvalidBuild(KgError):
    """A build, or a file of RDF, is not what it has to be."""


class Check(NamedTuple):
    """One thing that has to hold."""

    name: str  # where and what, such as mentions.flavour
    holds: str  # in plain English, what is so in a valid build
    severity: Severity = "error"
    remedy: str = REBUILD


class Example(NamedTuple):
    """One fault: where it is, and what stands there."""

    place: Mapping[str, Any]
    value: Mapping[str, Any]


class Finding(NamedTuple):
    """What a check found; `examples` are the first of `total`."""

    check: Check
    total: int
    examples: Sequence[Example]


class Report:
    """What came of a validation. `subject` is what was validated."""

    def __init__(self, subject: str) -> None:
        self.subject = subject
        self.findings: list[Finding] = []
        self.passed: list[str] = []
        self.skipped: list[tuple[str, str]] = []
        """Checks that could not be made, with the reason."""
        self.scope: list[tuple[str, str]] = []
        """What was looked at, and how much of it."""

    def add(self, check: Check, total: int, examples: Sequence[Example] = ()) -> bool:
        """Take in what a check found; say whether it passed."""
        if not total:
            self.passed.append(check.name)
            return True
        self.findings.append(Finding(check, total, examples[:EXAMPLES]))
        return False

    def skip(self, name: str, reason: str) -> None:
        """Take in that a check was not made."""
        self.skipped.append((name, reason))

    def count(self, severity: Severity) -> int:
        """Count the checks of a severity that found something."""
        return sum(finding.check.severity == severity for finding in self.findings)

    @property
    def found(self) -> list[str]:
        """The names of the checks that found something, sorted."""
        return sorted(finding.check.name for finding in self.findings)

    def require_valid(self) -> None:
        """Raise InvalidBuild if a check found an error; warnings and notes are none."""
        wrong = [finding.check.name for finding in self.findings if finding.check.severity == "error"]
        if wrong:
            more = f" and {len(wrong) - 3} more" if len(wrong) > 3 else ""
            raise InvalidBuild(f"{self.subject}: not valid: {', '.join(wrong[:3])}{more}; the report says where")

    def render(self, format_: str) -> str:
        """Give the report as `table`, `tsv` or `json`."""
        return {"table": self.to_text, "tsv": self.to_tsv, "json": self.to_json}[format_]()

    def to_text(self) -> str:
        """Give the report for people."""
        verdict = f"{len(self.passed)} passed"
        verdict += "".join(f", {_some(self.count(each), each)}" for each in ("error", "warning", "note"))
        verdict += f", {len(self.skipped)} skipped" if self.skipped else ""
        lines = [("checked", self.subject), *self.scope, ("checks", verdict)]
        lines += [("skipped", f"{name}: {reason}") for name, reason in self.skipped]
        head = "".join(f"{name:<12}{_printable(text)}\n" for name, text in lines)
        return "\n".join([head, *map(_section, self.findings)])

    def to_tsv(self) -> str:
        """Give one line a fault, with a header; control characters are shown as escapes."""
        lines = [COLUMNS, *(map(str, row) for row in self._rows())]
        return "".join("\t".join(map(_printable, line)) + "\n" for line in lines)

    def _rows(self) -> Iterator[tuple[Any, ...]]:
        for check, total, examples in self.findings:
            for place, value in examples:
                yield (
                    *(check.severity, check.name, total, _spelled(place), _spelled(value)),
                    *(check.holds, check.remedy),
                )
        for name, reason in self.skipped:
            yield "skipped", name, "", "", "", reason, ""

    def to_json(self) -> str:
        """Give the report for programs."""
        whole = {
            "subject": self.subject,
            "valid": not self.count("error"),
            "scope": dict(self.scope),
            "findings": [
                check._asdict() | {"total": total, "examples": [each._asdict() for each in examples]}
                for check, total, examples in self.findings
            ],
            "skipped": [{"check": name, "reason": reason} for name, reason in self.skipped],
            "passed": self.passed,
        }
        text = json.dumps(whole, indent=2, ensure_ascii=False, default=str)
        return text.encode("utf-8", "backslashreplace").decode() + "\n"  # a lone surrogate as JSON writes it


def _section(finding: Finding) -> str:
    check, total, examples = finding
    head = [f"{check.severity:<12}{check.name}: {_some(total, 'fault')}", *(f"{'':12}{each}" for each in check[1::2])]
    rows = [f"  {_printable(_spelled(each.place))}: {_cut(_printable(_spelled(each.value)))}" for each in examples]
    more = [f"  ... and {total - len(rows):,} more"] if total > len(rows) else []
    return "".join(f"{line}\n" for line in [*head, *rows, *more])


def _cut(text: str) -> str:
    return text if len(text) <= WIDEST else text[: WIDEST - 1] + "…"


def _spelled(values: Mapping[str, Any]) -> str:
    return " ".join(f"{name}={'NULL' if value is None else value}" for name, value in values.items())


def _some(number: int, thing: str) -> str:
    return f"{number:,} {thing}" + ("s" if number != 1 else "")


def _printable(text: str) -> str:
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)
