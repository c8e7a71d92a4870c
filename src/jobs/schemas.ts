import { type TSchema, Type } from '@sinclair/typebox'
import { DomainError } from '../errors.js'
import { IdSchema, ref } from '../schemas.js'
import { toldFailure } from '../writer/told-failure.js'

/** The fields that the status of every job has. */
export const jobFields = {
  id: IdSchema,
  state: Type.Union(['waiting', 'running', 'done', 'failed', 'cancelled'].map((state) => Type.Literal(state))),
  error: Type.Optional(Type.Object({ code: Type.String(), message: Type.String() }))
}

/** The failure of a job as its owner sees it. One that is not about the request keeps its details to itself; `outcome` says what came of it. */
export function viewJobError (error: Error, outcome: string) {
  if (error instanceof DomainError) return { code: error.code, message: error.message }
  const failure = toldFailure(error)
  if (failure) return { code: failure.code, message: failure.message }
  return { code: 'INTERNAL', message: `Something went wrong here; ${outcome}` }
}

/** The response of a route that tells how a job stands, once or as events. */
export function statusResponse <T extends TSchema & { $id?: string }> (schema: T, description: string) {
  return {
    description,
    content: {
      'application/json': { schema: ref(schema) },
      'text/event-stream': { schema: Type.String({ examples: ['event: status\ndata: {"state":"running"}\n\n'] }) }
    }
  }
}
