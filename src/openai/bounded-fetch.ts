import { OpenAiError } from './error.js'

/** `fetch`, except that reading more than `limit` bytes of an answer, counted after decompression, fails with an OpenAiError. */
export function boundedFetch (limit: number): typeof fetch {
  return async (input, init) => {
    const response = await fetch(input, init)
    if (!response.body) return response
    return new Response(response.body.pipeThrough(atMost(limit)), response)
  }
}

function atMost (limit: number) {
  let size = 0
  return new TransformStream<Uint8Array, Uint8Array>({
    transform (chunk, controller) {
      size += chunk.byteLength
      if (size > limit) controller.error(new OpenAiError('The answer is too long'))
      else controller.enqueue(chunk)
    }
  })
}
