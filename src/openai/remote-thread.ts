import { Type } from '@sinclair/typebox'
import type { OpenAiServer } from './connect.js'
import { OpenAiError } from './error.js'

/** The id of a thread: nothing in it means anything in a URL. Empty is none. */
export const ThreadIdSchema = Type.String({ pattern: '^[A-Za-z0-9_-]{0,128}$', examples: ['thread_abc123'] })

/** What became of a thread at an Assistants server; `error` is safe to show. */
export interface ThreadDeletion { deleted: boolean, error?: string }

/** Endpoints whose conversations are threads at a server as well. */
const WITH_THREADS = ['assistants', 'azureAssistants']

/**
 * Deletes the thread behind a conversation of an Assistants endpoint; null, and nothing is sent, for all others.
 * Never throws: whatever the server does, the answer says what became of the thread, within the server's time limit.
 * `threadId` is as `ThreadIdSchema` has it.
 */
export async function deleteRemoteThread (
  server: OpenAiServer | null,
  { endpoint = '', thread_id: threadId = '' }: { endpoint?: string, thread_id?: string }
): Promise<ThreadDeletion | null> {
  if (!WITH_THREADS.includes(endpoint) || threadId === '') return null
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
