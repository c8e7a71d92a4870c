import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Answers requests while the database is opened: the process lives and is not ready. */
export interface StartupListener {
  /** The port it listens on, which the server takes over. */
  port: number
  close (): Promise<void>
}

/**
 * Listens before anything else is done, so that a port in use is found before the database is touched, and a supervisor
 * sees a live process during a long migration.
 * @throws when the address cannot be listened on, with the code of the operating system.
 */
export async function listenWhileStarting (host: string, port: number): Promise<StartupListener> {
  const server = createServer((request, response) => {
    const isAlive = request.url === '/livez' || request.url === '/health'
    response.writeHead(isAlive ? 200 : 503, { 'content-type': 'text/plain', connection: 'close', 'retry-after': '5', 'cache-control': 'no-store' })
    response.end(isAlive ? 'OK' : 'Starting')
  })
  await listening(server, host, port)
  const { port: actual } = server.address() as AddressInfo
  return {
    port: actual,
    close: () => new Promise((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  }
}

function listening (server: Server, host: string, port: number) {
  return new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
}
