"""The seven tools with their arguments, answers and functions. All only read."""

from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

from pydantic import BaseModel, ValidationError

from kg.web.mcp import answers, arguments
from kg.web.mcp.asking import Asker, ToolProblem
from kg.web.mcp.enrich_tool import enrich
from kg.web.mcp.entity_tools import partners, search
from kg.web.mcp.figure_tools import evidence, figure
from kg.web.mcp.schema_tool import SchemaTool
from kg.web.mcp.sparql_tool import sparql
from kg.web.sparql.documents import Documents

MOST_REPETITIONS = 5
"""Repetitions of a call whose build was replaced in its midst."""

MOST_FAULTS = 3
"""Wrong arguments that a message names."""

Work = Callable[[Asker, Any], Awaitable[dict[str, Any]]]


class ToolOfBuild(NamedTuple):
    """A tool with its description and its function."""

    name: str
    title: str
    description: str
    arguments: type[BaseModel]
    answer: type[BaseModel]
    work: Work

    async def call(self, given: dict[str, Any], asker: Callable[[], Asker]) -> dict[str, Any]:
        """Return the answer from one build; raise ToolProblem for wrong arguments, and where there is no answer."""
        try:
            checked = self.arguments.model_validate(given)
        except ValidationError as error:
            raise ToolProblem(_faults(error, self.arguments)) from None
        for _ in range(MOST_REPETITIONS):
            asking = asker()
            answer = await self.work(asking, checked)
            if len(asking.stamps) < 2:
                self.answer.model_validate(answer)  # the published schema is held
                return answer
        raise ToolProblem("the build is being replaced; try again")


_TOOLS = (
    ToolOfBuild(
        "search",
        "Search genes, words and figures",
        "Find genes, chemicals and diseases by name, drawn words with all that they may mean, and figures by "
        "title. Start here where a name may mean several things.",
        arguments.SearchArguments,
        answers.SearchAnswer,
        search,
    ),
    ToolOfBuild(
        "partners",
        "Partners of an entity",
        "List the entities that are drawn with one by different words, the heaviest pairs first, with figures, "
        "statistics and figure ids to cite.",
        arguments.PartnersArguments,
        answers.PartnersAnswer,
        partners,
    ),
    ToolOfBuild(
        "evidence",
        "Figures of a pair",
        "List the figures that mention two entities, with the words drawn and doubts about their readings. Those "
        "that count for the pair come first.",
        arguments.EvidenceArguments,
        answers.EvidenceAnswer,
        evidence,
    ),
    ToolOfBuild(
        "enrich",
        "Enrichment of a gene list",
        "Test in which figures a list of genes is enriched, counted by drawn words, with p and q.",
        arguments.EnrichArguments,
        answers.EnrichAnswer,
        enrich,
    ),
    ToolOfBuild(
        "figure",
        "One figure",
        "Describe a figure: caption, paper, licence, and its drawn words with what each means.",
        arguments.FigureArguments,
        answers.FigureAnswer,
        figure,
    ),
    ToolOfBuild(
        "sparql",
        "SPARQL query",
        "Run a read-only SPARQL 1.1 query within the limits of the server. Call describe_schema first.",
        arguments.SparqlArguments,
        answers.SparqlAnswer,
        sparql,
    ),
)
"""The tools but `describe_schema`, which reads the documents of a build."""


def tools(documents: Documents) -> dict[str, ToolOfBuild]:
    """Return the tools by name; `documents` describe the build."""
    describe = ToolOfBuild(
        "describe_schema",
        "The RDF of the graph",
        "Describe the graph before a query: classes, properties, tested example queries, and traps.",
        arguments.SchemaArguments,
        answers.SchemaAnswer,
        SchemaTool(documents),
    )
    *others, sparql_tool = _TOOLS
    return {row.name: row for row in (*others, describe, sparql_tool)}


def _faults(error: ValidationError, model: type[BaseModel]) -> str:
    """Return the wrong arguments as one line."""
    lines = []
    for fault in error.errors(include_url=False, include_context=False)[:MOST_FAULTS]:
        if fault["type"] == "value_error":
            lines.append(fault["msg"].removeprefix("Value error, "))
            continue
        place = ".".join(str(part)[:50] for part in fault["loc"]) or "arguments"
        hint = f"; known: {', '.join(model.model_fields)}" if fault["type"] == "extra_forbidden" else ""
        lines.append(f"{place}: {fault['msg'][:1].lower()}{fault['msg'][1:]}{hint}")
    return "; ".join(lines)
