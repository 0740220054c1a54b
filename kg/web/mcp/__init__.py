"""The MCP face: tools by which an assistant asks a build, over standard input and output, and over HTTP."""
