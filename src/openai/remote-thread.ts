import { Type } from '@sinclair/typebox'
import type { OpenAiServer } from './connect.js'
import { OpenAiError } from './error.js'

/** Ids of threads, safe in a URL. Empty stands for none. */
export const THREAD_ID = '^[A-Za-z0-9_-]{0,128}$'

/** The id of a thread. */
export const ThreadIdSchema = Type.String({ pattern: THREAD_ID, examples: ['thread_abc123'] })

/** The result of deleting a remote thread. `error` is safe to show to the user. */
export interface ThreadDeletion { deleted: boolean, error?: string }

/** Endpoints whose conversations have a thread at the server. */
const WITH_THREADS = ['assistants', 'azureAssistants']

/**
 * Deletes the remote thread of a conversation with an Assistants endpoint. For other endpoints it sends nothing and returns
 * null. A thread without an endpoint is left alone, and the result says so. It never throws: a failure is part of the result. `thread_id` must match `ThreadIdSchema`.
 */
export async function deleteRemoteThread (
  server: OpenAiServer | null,
  { endpoint, thread_id: threadId = '' }: { endpoint?: string, thread_id?: string }
): Promise<ThreadDeletion | null> {
  if (threadId !== '' && endpoint === undefined) return { deleted: false, error: 'The thread is left alone, because the request names no endpoint' }
  if (endpoint === undefined || !WITH_THREADS.includes(endpoint) || threadId === '') return null
  if (!server) return { deleted: false, error: 'No OpenAI server is configured' }
  try {
    const answer: unknown = await server.ask((client, options) => client.beta.threads.delete(threadId, options))
    return isDeleted(answer) ? { deleted: true } : { deleted: false, error: 'The answer does not say that it is deleted' }
  } catch (error) {
    return { deleted: false, error: error instanceof OpenAiError ? error.message : 'The request failed' }
  }
}

function isDeleted (answer: unknown) {
  return typeof answer === 'object' && answer !== null && 'deleted' in answer && answer.deleted === true
}
