"""The style rules of CONTRIBUTING.md that a test can hold: docstrings, comments and names of the package."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from helpers.corpus import ROOT

FILES = sorted((ROOT / "kg").rglob("*.py"))
SQL = sorted((ROOT / "kg").rglob("*.sql"))

VERBS = frozenset(
    [
        "Accept",
        "Add",
        "Adjust",
        "Align",
        "Allow",
        "Answer",
        "Append",
        "Apply",
        "Ask",
        "Assign",
        "Attach",
        "Await",
        "Bind",
        "Build",
        "Call",
        "Change",
        "Check",
        "Choose",
        "Clean",
        "Close",
        "Collapse",
        "Collect",
        "Combine",
        "Compare",
        "Compress",
        "Compute",
        "Connect",
        "Convert",
        "Copy",
        "Count",
        "Create",
        "Cut",
        "Declare",
        "Decode",
        "Delete",
        "Describe",
        "Detect",
        "Digest",
        "Discard",
        "Download",
        "Draw",
        "Drop",
        "Emit",
        "Encode",
        "End",
        "Escape",
        "Exchange",
        "Execute",
        "Expand",
        "Export",
        "Extract",
        "Fail",
        "Fetch",
        "Fill",
        "Filter",
        "Find",
        "Finish",
        "Fit",
        "Fix",
        "Flag",
        "Flush",
        "Format",
        "Forward",
        "Ground",
        "Group",
        "Guess",
        "Handle",
        "Hash",
        "Identify",
        "Import",
        "Include",
        "Index",
        "Infer",
        "Insert",
        "Install",
        "Interpret",
        "Iterate",
        "Join",
        "Keep",
        "Kill",
        "Label",
        "Learn",
        "Limit",
        "Link",
        "List",
        "Load",
        "Lock",
        "Log",
        "Look",
        "Make",
        "Map",
        "Mark",
        "Match",
        "Measure",
        "Merge",
        "Move",
        "Name",
        "Normalise",
        "Notify",
        "Number",
        "Offer",
        "Open",
        "Order",
        "Pack",
        "Parse",
        "Pass",
        "Pick",
        "Place",
        "Plan",
        "Plot",
        "Prepare",
        "Print",
        "Process",
        "Publish",
        "Put",
        "Query",
        "Raise",
        "Rank",
        "Read",
        "Rebuild",
        "Receive",
        "Record",
        "Reduce",
        "Refresh",
        "Refuse",
        "Register",
        "Release",
        "Reload",
        "Remember",
        "Remove",
        "Rename",
        "Render",
        "Replace",
        "Report",
        "Require",
        "Reset",
        "Resolve",
        "Restore",
        "Return",
        "Reuse",
        "Round",
        "Run",
        "Save",
        "Scan",
        "Score",
        "Search",
        "Select",
        "Send",
        "Separate",
        "Serialize",
        "Serve",
        "Set",
        "Shorten",
        "Show",
        "Shut",
        "Skip",
        "Sort",
        "Split",
        "Spread",
        "Start",
        "Stop",
        "Stream",
        "Strip",
        "Submit",
        "Suggest",
        "Sum",
        "Take",
        "Test",
        "Time",
        "Translate",
        "Truncate",
        "Try",
        "Unpack",
        "Update",
        "Use",
        "Validate",
        "Verify",
        "Wait",
        "Walk",
        "Warn",
        "Watch",
        "Wrap",
        "Write",
        "Yield",
    ]
)
"""First words of docstrings of functions; a new one is the usual verb for what the function does."""

NAMES_TO_AVOID = frozenset({"each", "found", "kept", "asked", "told", "judge", "coded", "stuff", "things"})
"""Names of variables and parameters that say nothing: name the thing."""

WORDS_TO_AVOID = (
    r"\b[Ww]hat (?:is|are|was|were|it|they|a|an|the|stands|nothing|comes|goes|follows)\b",  # rule 5: say the thing
    r"\bso many\b|\bsome at a time\b",  # rule 7: digits with a unit
    r", for (?!example\b|instance\b)",  # rule 4: because
    r"\bnobody\b|\bpatien|\bworth no\b|\bset free\b|\bchews?\b",  # rule 9: no metaphor for a mechanism
)
LONGEST_SENTENCE = 25
"""Words of a sentence (rule 3)."""


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def docstrings(path: Path) -> tuple[tuple[ast.AST | None, str, int], ...]:
    """Return what each docstring documents (None: a constant or field), its text and its line."""
    return tuple(_docstrings(path))


def _docstrings(path: Path) -> Iterator[tuple[ast.AST | None, str, int]]:
    for node in ast.walk(tree(path)):
        body = getattr(node, "body", None)
        if not isinstance(body, list):
            continue
        for number, child in enumerate(body):
            if isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant) and type(child.value.value) is str:
                owner = None if number and isinstance(body[number - 1], ast.Assign | ast.AnnAssign) else node
                yield owner, child.value.value, child.lineno


@cache
def comments(path: Path) -> tuple[tuple[str, int], ...]:
    """Return the comments of a file; lines that hold nothing but a comment and follow each other are one."""
    return tuple(_comments(path))


def _comments(path: Path) -> Iterator[tuple[str, int]]:
    tokens = tokenize.generate_tokens(io.StringIO(path.read_text(encoding="utf-8")).readline)
    text, last = "", 0
    for token in tokens:
        if token.type == tokenize.COMMENT:
            line = token.string.lstrip("# ")
            if token.start[0] == last + 1 and token.line.lstrip().startswith("#"):
                text += " " + line
            else:
                if text:
                    yield text, last
                text = line
            last = token.start[0]
    if text:
        yield text, last


def sentences(text: str) -> list[str]:
    """Split prose; code blocks, lists of columns and doctests are no prose."""
    prose = [
        line for line in text.splitlines() if not line.startswith(("    ", ">>>", "...")) or line.lstrip()[:1].islower()
    ]
    plain = re.sub(r"`[^`]*`|doi:\S+|https?://\S+", "x", " ".join(" ".join(prose).split()))
    return re.split(r"(?<=[.!?;:])\s+", plain)


# Each test reads all files, because a test for each file takes longer to collect and report than to run.


def place(path: Path, line: int) -> str:
    return f"{path.relative_to(ROOT)}:{line}"


def test_docstrings_of_functions_begin_with_a_verb() -> None:
    wrong = []
    for path in FILES:
        for owner, text, line in docstrings(path):
            if isinstance(owner, ast.FunctionDef | ast.AsyncFunctionDef):
                property_ = any("property" in ast.unparse(decorator) for decorator in owner.decorator_list)
                if not property_ and text.split()[0].rstrip(".,:;") not in VERBS:
                    wrong.append(f"{place(path, line)}: {text.split()[0]}")
    assert wrong == []


def test_docstrings_of_constants_are_noun_phrases() -> None:
    starts = ("What ", "How ", "Where ", "When ", "Which ", "Whether ", "Why ", "Of ", "Is ", "So ")
    assert [
        f"{place(path, line)}: {text[:40]}"
        for path in FILES
        for owner, text, line in docstrings(path)
        if owner is None and text.startswith(starts)
    ] == []


def prose(path: Path) -> list[tuple[str, int]]:
    """Return the docstrings and comments of a file of Python, or the comments of a file of SQL, with their lines."""
    if path.suffix == ".sql":
        lines = enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        return [(line.partition("--")[2], number) for number, line in lines if "--" in line]
    return [*((text, line) for _, text, line in docstrings(path)), *comments(path)]


def test_sentences_are_short() -> None:
    assert [
        f"{place(path, line)}: {sentence}"
        for path in FILES
        for text, line in prose(path)
        for sentence in sentences(text)
        if len(sentence.split()) > LONGEST_SENTENCE
    ] == []


def test_prose_says_the_thing() -> None:
    assert [
        f"{place(path, line)}: {match[0]!r}"
        for path in (*FILES, *SQL)
        for text, line in prose(path)
        for rule in WORDS_TO_AVOID
        for match in re.finditer(rule, text)
    ] == []


def test_names_say_the_thing() -> None:
    wrong = []
    for path in FILES:
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.arg) or (isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)):
                name = node.id if isinstance(node, ast.Name) else node.arg
                if name in NAMES_TO_AVOID:
                    wrong.append(f"{place(path, node.lineno)}: {name}")
    assert wrong == []
