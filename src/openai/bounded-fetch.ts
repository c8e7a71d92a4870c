import { OpenAiError } from './error.js'

/** Returns a `fetch` whose response bodies fail with an OpenAiError after `maxBytes`, counted after decompression. */
export function boundedFetch (maxBytes: number): typeof fetch {
  return async (input, init) => {
    const response = await fetch(input, init)
    if (!response.body) return response
    return new Response(response.body.pipeThrough(limitBytes(maxBytes)), response)
  }
}

function limitBytes (maxBytes: number) {
  let size = 0
  return new TransformStream<Uint8Array, Uint8Array>({
    transform (chunk, controller) {
      size += chunk.byteLength
      if (size > maxBytes) controller.error(new OpenAiError('The answer is too long'))
      else controller.enqueue(chunk)
    }
  })
}
