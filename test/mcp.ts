import { Client as ModernClient, StreamableHTTPClientTransport as ModernTransport } from '@modelcontextprotocol/client'
import { Client as EarlierClient } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport as EarlierTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import type { Test } from 'tap'
import { makeKey } from '../src/accounts/keys.js'
import { createAccount } from '../src/accounts/user-commands.js'
import { accountById } from '../src/accounts/user-queries.js'
import type { Config } from '../src/config.js'
import type { Scope } from '../src/scopes.js'
import { build } from './helper.js'

/** The result of a tool, as far as tests look at it. */
export interface CalledTool { text: string, data: Record<string, unknown> | undefined, isError: boolean }

/** A client of the SDK, of either generation. */
export interface Connected {
  version: string | undefined
  tools (): Promise<Array<{ name: string, description?: string | undefined }>>
  call (name: string, input?: Record<string, unknown>): Promise<CalledTool>
  read (uri: string): Promise<string>
  templates (): Promise<string[]>
  instructions (): string | undefined
}

/** A server that listens, with MCP on, and the address of it. */
export async function listening (t: Test, overrides: Partial<Config> = {}) {
  const { server, as } = await build(t, { MCP: true, ...overrides })
  const address = await server.listen({ port: 0, host: '127.0.0.1' })

  /** The number of the account with this id, which is created when it is first asked for. */
  async function settle (name: string): Promise<number> {
    await createAccount(server.database.writer, {
      id: name, email: `${name}@example.test`, username: name, name, passwordHash: null, isOpen: true, now: Date.now()
    })
    return accountById(server.database.reader, name)?.no ?? 0
  }

  /** The text of a new key of this account. */
  async function keyOf (name: string, scopes: Scope[] = ['read']): Promise<string> {
    const { text } = await makeKey(server.database, await settle(name), { name: 'assistant', scopes, expiresAt: null }, Date.now())
    return text
  }

  return { server, as, address, settle, keyOf }
}

/** The clients by the generation of their protocol. */
export const generations: Record<string, (t: Test, address: string, key: string) => Promise<Connected>> = { '2026-07-28': modern, earlier }

async function modern (t: Test, address: string, key: string): Promise<Connected> {
  const client = new ModernClient({ name: 'test', version: '1' }, { versionNegotiation: { mode: 'auto' } })
  await client.connect(new ModernTransport(new URL('/mcp', address), withKey(key)))
  t.teardown(() => client.close())
  return {
    version: client.getNegotiatedProtocolVersion(),
    tools: async () => (await client.listTools()).tools,
    call: async (name, input = {}) => called(await client.callTool({ name, arguments: input })),
    read: async (uri) => firstText((await client.readResource({ uri })).contents),
    templates: async () => (await client.listResourceTemplates()).resourceTemplates.map(({ uriTemplate }) => uriTemplate),
    instructions: () => client.getInstructions()
  }
}

async function earlier (t: Test, address: string, key: string): Promise<Connected> {
  const client = new EarlierClient({ name: 'test', version: '1' })
  const transport = new EarlierTransport(new URL('/mcp', address), withKey(key))
  await client.connect(transport)
  t.teardown(() => client.close())
  return {
    version: transport.protocolVersion,
    tools: async () => (await client.listTools()).tools,
    call: async (name, input = {}) => called(await client.callTool({ name, arguments: input })),
    read: async (uri) => firstText((await client.readResource({ uri })).contents),
    templates: async () => (await client.listResourceTemplates()).resourceTemplates.map(({ uriTemplate }) => uriTemplate),
    instructions: () => client.getInstructions()
  }
}

function withKey (key: string) {
  return { requestInit: { headers: { authorization: `Bearer ${key}` } } }
}

function called (result: object): CalledTool {
  const { content, structuredContent, isError = false }: { content?: Array<{ text?: string }>, structuredContent?: Record<string, unknown>, isError?: boolean } = result
  return { text: content?.[0]?.text ?? '', data: structuredContent, isError }
}

function firstText ([content]: object[]): string {
  return content && 'text' in content && typeof content.text === 'string' ? content.text : ''
}
