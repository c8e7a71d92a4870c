import type { BenchServer } from './server-process.js'

/** Sends a request as the bench's account; the answer's text. Throws for any answer that is no success. */
export async function ask (server: BenchServer, method: string, path: string, body?: object) {
  const answer = await fetch(server.url + path, {
    method,
    // A new connection each time: the server ends one after a thousand requests, which fetch may notice too late.
    headers: { ...server.headers, connection: 'close', ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) })
  })
  if (!answer.ok) throw new Error(`${method} ${path}: ${await answer.text()}`)
  return answer.text()
}

/** Milliseconds that some work takes. */
export async function timed (work: () => Promise<unknown>) {
  const start = performance.now()
  await work()
  return performance.now() - start
}

/** Milliseconds that each page of the list takes, asked for one after another until some work is done. */
export async function listsDuring (server: BenchServer, work: Promise<unknown>) {
  const latencies: number[] = []
  const done = new AbortController()
  const finished = work.finally(() => { done.abort() })
  while (!done.signal.aborted) {
    latencies.push(await timed(() => ask(server, 'GET', '/api/convos')))
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
  await finished
  return latencies
}
