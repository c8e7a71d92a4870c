import { authorizedFetch } from './client.js'
import { failureOf } from './failure.js'

/** The states of an import or export as the server sends them (server-sent events), until it is over. */
export async function * statusEvents <Status> (path: string, signal: AbortSignal): AsyncGenerator<Status> {
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
