"""The tools as a server of the Model Context Protocol (MCP), by the SDK; transports are in the modules beside it."""

import logging
from typing import Any

from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.shared.exceptions import MCPError
from mcp_types import (
    INTERNAL_ERROR,
    INVALID_PARAMS,
    CallToolRequestParams,
    CallToolResult,
    ListToolsResult,
    PaginatedRequestParams,
    TextContent,
    Tool,
    ToolAnnotations,
)
from starlette.types import ASGIApp

from kg import __version__
from kg.web.mcp.answers import CAUTION, NOTICE, schema
from kg.web.mcp.asking import Asker, ToolProblem
from kg.web.mcp.paging import as_json
from kg.web.mcp.quoting import LONG, quoted
from kg.web.mcp.tools import ToolOfBuild, tools
from kg.web.sparql.documents import Documents

LOG = logging.getLogger("kg.serve")

INSTRUCTIONS = (
    "A knowledge graph of published pathway figures (Pathway Figure OCR): which genes, chemicals and diseases are "
    f"drawn together, by which words, in which figures. {CAUTION} Cite figure ids and the release. {NOTICE} A word may "
    "mean several genes: where a name is unknown or ambiguous, take one of the suggestions or call search. Answers are "
    "pages: pass next_offset as offset for the next one."
)
"""Introduction that an assistant gets when it connects."""

MESSAGE = 600
"""Bytes of a message about a fault, which may quote records."""

MOST_SUGGESTIONS = 10
"""Greatest number of suggestions in an answer without result."""

READ_ONLY = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)


def mcp_server(app: ASGIApp, documents: Documents) -> Server[Any]:
    """Return the server whose tools ask `app`, which has the API and the endpoint of a build."""
    known = tools(documents)
    listed = [_listed(tool) for tool in known.values()]

    async def list_tools(_context: ServerRequestContext[Any], _page: PaginatedRequestParams | None) -> ListToolsResult:
        return ListToolsResult(tools=listed)

    async def call_tool(context: ServerRequestContext[Any], call: CallToolRequestParams) -> CallToolResult:
        tool = known.get(call.name)
        if tool is None:
            raise MCPError(INVALID_PARAMS, f"no tool is called {call.name[:80]!r}; known: {', '.join(known)}")
        client = context.request.client if context.request is not None else None
        try:
            answer = await tool.call(call.arguments or {}, lambda: Asker(app, client.host if client else ""))
        except ToolProblem as problem:
            return _refusal(problem)
        except Exception as error:
            LOG.exception("the tool %s failed", call.name)
            raise MCPError(INTERNAL_ERROR, "an error of the server, which its log shows") from error
        return _result(answer)

    return Server(
        "kg",
        version=__version__,
        title="Pathway figures",
        instructions=INSTRUCTIONS,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )


def _listed(tool: ToolOfBuild) -> Tool:
    return Tool(
        name=tool.name,
        title=tool.title,
        description=f"{tool.description} {CAUTION}",
        input_schema=schema(tool.arguments),
        output_schema=schema(tool.answer),
        annotations=READ_ONLY,
    )


def _result(answer: dict[str, Any]) -> CallToolResult:
    return CallToolResult(content=[TextContent(text=as_json(answer))], structured_content=answer)


def _refusal(problem: ToolProblem) -> CallToolResult:
    """Return a fault with the names that may be meant; names are text of records."""
    said: dict[str, Any] = {"error": quoted(str(problem), MESSAGE)}
    if problem.suggestions:
        said["suggestions"] = [
            {"id": row["id"], "category": row["category"], "quoted": {"name": quoted(row["name"], LONG)}}
            for row in problem.suggestions[:MOST_SUGGESTIONS]
        ]
    return CallToolResult(content=[TextContent(text=as_json(said))], is_error=True)
