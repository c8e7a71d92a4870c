import { type Static, type TObject } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import type { Db } from '../db/connection.js'
import { DomainError } from '../errors.js'
import type { ListRequest } from '../search/find/list-query.js'
import { type PublishedSchemas, publishedSchemas } from './published.js'
import type { Transcript, TranscriptInput } from './read-transcript.js'

/** What a call of a tool has of its request. */
export interface McpContext {
  db: Db
  /** Whose conversations are read. */
  userNo: number
  /** The address of the page without a slash at the end, for links. */
  address: string
  /** Returns a page of the list of conversations, as JSON in the shape of `GET /api/convos`. */
  findPage (request: ListRequest): Promise<string>
  /**
   * Returns a transcript of the user's conversation.
   * @throws {DomainError} see `readTranscript`.
   */
  readTranscript (input: TranscriptInput): Promise<Transcript>
}

/** What a tool returns: a text for the model, and the same as data for programs. */
export interface ToolResult { text: string, data?: Record<string, unknown> }

/** A tool, whatever protocol offers it. It only reads. */
export interface Tool {
  name: string
  title: string
  description: string
  input: TObject
  /** What clients see of its schemas. */
  published: PublishedSchemas
  /**
   * Runs the tool with an input from outside.
   * @throws {DomainError} INVALID with the name of the field in its message, and whatever the tool refuses.
   */
  run (context: McpContext, input: unknown): Promise<ToolResult>
}

interface TypedTool<Input extends TObject> extends Pick<Tool, 'name' | 'title' | 'description'> {
  input: Input
  output?: TObject
  run (context: McpContext, input: Static<Input>): Promise<ToolResult>
}

/** Makes a tool whose input is checked before it runs. Null and empty members count as absent, because models send them. */
export function defineTool <Input extends TObject> ({ run, output, ...tool }: TypedTool<Input>): Tool {
  return { ...tool, published: publishedSchemas(tool.input, output), run: (context, input) => run(context, readInput(tool.input, input)) }
}

function readInput <Input extends TObject> (schema: Input, input: unknown): Static<Input> {
  const given = Object.entries(Object(input ?? {})).filter(([, value]) => value !== null && value !== '')
  const value = Value.Default(schema, Object.fromEntries(given))
  if (Value.Check(schema, value)) return value
  const fault = Value.Errors(schema, value).First()
  const path = fault?.path.slice(1).replaceAll('/', '.') ?? ''
  throw new DomainError('INVALID', `${path}: ${fault?.message ?? 'not usable'}`)
}
