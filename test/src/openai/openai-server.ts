import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import type { Test } from 'tap'

/** What reached the server. */
export interface Received { method: string, path: string, headers: IncomingHttpHeaders, body: string }

/** How the server answers one request; one that does nothing leaves it hanging. */
export type Answer = (res: ServerResponse, received: Received) => void

/**
 * A server that speaks HTTP as OpenAI does, on a port of its own until the test ends. It gives the answers in turn,
 * the last one from then on, and keeps what it received; `next` starts it over with other answers.
 */
export async function openAiServer (t: Test, ...answers: Answer[]) {
  const received: Received[] = []
  let current = answers
  const server = createServer(async (req, res) => {
    // A client that gave up breaks the connection, which is no fault here.
    res.on('error', () => {})
    const request = { method: req.method ?? '', path: req.url ?? '', headers: req.headers, body: await text(req) }
    const answer = current[received.length] ?? current.at(-1)
    received.push(request)
    answer?.(res, request)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The server has no port')
  function next (...others: Answer[]) {
    current = others
    received.length = 0
  }
  return { OPENAI_BASE_URL: `http://127.0.0.1:${address.port}/v1`, received, next }
}

/** Answers with JSON. */
export function json (status: number, value: unknown, headers: Record<string, string> = {}): Answer {
  return raw(status, JSON.stringify(value), headers)
}

/** Answers with text that claims to be JSON. */
export function raw (status: number, body: string, headers: Record<string, string> = {}): Answer {
  return (res) => { res.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body) }
}

/** A chat completion that says `content`. */
export function completion (content: unknown): Answer {
  return json(200, {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1_700_000_000,
    model: 'test',
    choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content } }]
  })
}

/** A failure in OpenAI's words, which repeat the key as some servers do, and which may pass at once. */
export function failure (status: number, headers: Record<string, string> = {}): Answer {
  return (res, received) => {
    const message = `Incorrect API key provided: ${received.headers.authorization}`
    json(status, { error: { message, type: 'invalid_request_error', param: null, code: 'invalid_api_key' } }, { 'retry-after-ms': '10', ...headers })(res, received)
  }
}

/** Never answers. */
export const hang: Answer = () => {}

/** Sends headers and a first piece, and then nothing more. */
export const stall: Answer = (res) => { res.writeHead(200, { 'content-type': 'application/json' }).write('{"choices":') }

/** Breaks the connection. */
export const hangUp: Answer = (res) => { res.destroy() }
