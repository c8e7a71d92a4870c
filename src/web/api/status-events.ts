import { authorizedFetch } from './client.js'
import { Failure, failureOf } from './failure.js'

/** Pause before a stream that broke off is opened again. */
const REOPEN_MS = 1000

/**
 * The states of an import or export as the server sends them (server-sent events), until it is over. A lost connection
 * ends nothing: the stream is opened again until the server answers.
 * @throws {Failure} when the server refuses the stream, and what `fetch` throws when it is aborted.
 */
export async function * statusEvents <Status extends { state: string }> (path: string, signal: AbortSignal): AsyncGenerator<Status> {
  for (;;) {
    try {
      for await (const status of openStream<Status>(path, signal)) {
        yield status
        if (status.state !== 'waiting' && status.state !== 'running') return
      }
    } catch (error) {
      const isRefused = error instanceof Failure && error.status !== 0 && error.status !== 503
      if (isRefused || signal.aborted) throw error
    }
    await new Promise((resolve) => { setTimeout(resolve, REOPEN_MS) })
  }
}

async function * openStream <Status> (path: string, signal: AbortSignal): AsyncGenerator<Status> {
  const response = await authorizedFetch(new Request(path, { headers: { accept: 'text/event-stream' }, signal }))
  if (!response.ok || !response.body) throw failureOf(await response.json().catch(() => null), response)
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const events = (text + part.value).split('\n\n')
    text = events.pop() ?? ''
    for (const event of events) {
      const data = event.split('\n').find((line) => line.startsWith('data: '))
      if (data !== undefined) yield JSON.parse(data.slice(6))
    }
  }
}
