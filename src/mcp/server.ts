import {
  type CallToolResult, createMcpHandler, McpServer, ProtocolError, ProtocolErrorCode, ResourceNotFoundError, ResourceTemplate, type StandardSchemaWithJSON
} from '@modelcontextprotocol/server'
import { DomainError } from '../errors.js'
import { version } from '../version.js'
import { toldFailure } from '../writer/told-failure.js'
import { DEFAULT_TRANSCRIPT_CHARACTERS } from './get-conversation.js'
import { INSTRUCTIONS, RESOURCE, RESOURCE_TITLE } from './texts.js'
import type { McpContext, Tool } from './tool.js'

/** A request to the server, apart from its message. */
export interface McpCall extends McpContext {
  tools: readonly Tool[]
  /** Takes failures that are not the client's. */
  report (error: unknown): void
}

const RESOURCE_URI = 'parley://conversation/{id}'

const annotations = { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false }

/**
 * Handles one message of Streamable HTTP, of protocol version 2026-07-28 and of those before. Nothing is kept between two
 * messages.
 */
export function answerMcp (call: McpCall, request: Request, message: unknown): Promise<Response> {
  return createMcpHandler(() => serverFor(call)).fetch(request, { parsedBody: message })
}

function serverFor (call: McpCall): McpServer {
  // Without list changes there is nothing to subscribe to, so no stream stays open.
  const server = new McpServer({ name: 'parley', title: 'Parley', version }, {
    instructions: INSTRUCTIONS,
    capabilities: { tools: { listChanged: false }, resources: { listChanged: false } }
  })
  for (const tool of call.tools) {
    const { name, title, description, published: { input, output } } = tool
    server.registerTool(name, {
      title,
      description,
      annotations,
      inputSchema: unchecked(input),
      ...(output && { outputSchema: unchecked(output) })
    }, (given) => callTool(call, tool, given))
  }
  server.registerResource('conversation', new ResourceTemplate(RESOURCE_URI, { list: undefined }), {
    title: RESOURCE_TITLE, description: RESOURCE, mimeType: 'text/markdown'
  }, ({ href }, { id }) => readResource(call, href, String(id)))
  return server
}

/** Returns a schema that clients see. Each tool checks its input itself, because its errors name the field as those of the API do. */
function unchecked (schema: Record<string, unknown>): StandardSchemaWithJSON {
  const json = () => schema
  return { '~standard': { version: 1, vendor: 'typebox', jsonSchema: { input: json, output: json }, validate: (value) => ({ value }) } }
}

async function callTool (call: McpCall, tool: Tool, input: unknown): Promise<CallToolResult> {
  try {
    const { text, data } = await tool.run(call, input)
    return { content: [{ type: 'text', text }], ...(data && { structuredContent: data }) }
  } catch (error) {
    const field = error instanceof DomainError && error.field !== undefined && error.field in tool.input.properties ? `${error.field}: ` : ''
    return { content: [{ type: 'text', text: field + explain(call, error) }], isError: true }
  }
}

async function readResource (call: McpCall, uri: string, id: string) {
  try {
    const { text } = await call.readTranscript({
      conversationId: decodeURIComponent(id), address: call.address, include: [], maxChars: DEFAULT_TRANSCRIPT_CHARACTERS
    })
    return { contents: [{ uri, mimeType: 'text/markdown', text }] }
  } catch (error) {
    if (error instanceof URIError || (error instanceof DomainError && error.code === 'NOT_FOUND')) throw new ResourceNotFoundError(uri)
    throw new ProtocolError(ProtocolErrorCode.InternalError, explain(call, error))
  }
}

/** Returns what a client is told of an error. Only messages that are meant for clients are passed on. */
function explain ({ report }: McpCall, error: unknown): string {
  if (error instanceof DomainError) return error.message
  report(error)
  return toldFailure(error)?.message ?? 'Something went wrong here; the log of the server has the details'
}
