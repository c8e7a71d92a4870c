import { once } from 'node:events'
import { createServer, type IncomingMessage, request as send } from 'node:http'
import type { Test } from 'tap'

/** Whether a request is one of those that a test is about. */
type IsMeant = (request: IncomingMessage) => boolean

/** What stands between the browser and the server, and can fail as networks do. It ends with the test. */
export async function startProxy (t: Test, target: string) {
  let held: { isMeant: IsMeant, end: Promise<void> } | null = null
  let isCut: IsMeant = () => false

  const server = createServer((request, response) => {
    const forwarded = send(target + request.url, { method: request.method, headers: request.headers })
    forwarded.on('response', async (reply) => {
      if (held?.isMeant(request)) await held.end
      response.writeHead(reply.statusCode ?? 502, reply.headers)
      if (isCut(request)) {
        isCut = () => false
        response.flushHeaders()
        response.destroy()
        return
      }
      reply.pipe(response)
    })
    forwarded.on('error', () => response.destroy())
    response.on('close', () => forwarded.destroy())
    request.pipe(forwarded)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.close()
    server.closeAllConnections()
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The proxy has no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    /** Keeps back the replies to these requests until the returned function is called. The server has done its work by then. */
    hold: (isMeant: IsMeant) => {
      let release = () => {}
      held = { isMeant, end: new Promise((resolve) => { release = resolve }) }
      return release
    },
    /** Breaks off the next reply to one of these requests after its headers. */
    cutNext: (isMeant: IsMeant) => { isCut = isMeant }
  }
}
