import type { MessagePort } from 'node:worker_threads'
import { DomainError } from '../errors.js'
import type { CommandRunner } from './command.js'
import { restoreError } from './errors.js'
import type { Answers } from './protocol.js'

interface Pending { resolve (output: unknown): void, reject (error: Error): void }

/** Sends commands through a port to the writer. With `maxPending` pending commands, further ones are rejected with BUSY. */
export function commandPort (port: MessagePort, maxPending: number) {
  const pending = new Map<number, Pending>()
  let lastId = 0
  let refusal: Error | null = null

  port.on('message', (answers: Answers) => {
    for (const answer of answers) {
      const waiting = pending.get(answer.id)
      pending.delete(answer.id)
      if ('error' in answer) waiting?.reject(restoreError(answer.error))
      else waiting?.resolve(answer.output)
    }
  })

  const run: CommandRunner['run'] = (name, input) => {
    if (refusal) return Promise.reject(refusal)
    if (pending.size >= maxPending) return Promise.reject(new DomainError('BUSY', 'Too many writes are waiting'))
    const id = ++lastId
    return new Promise((resolve, reject) => {
      pending.set(id, { resolve, reject })
      port.postMessage({ id, name, input })
    })
  }

  /** Rejects all later commands. */
  function refuse (error: Error) {
    refusal ??= error
  }

  /** Rejects the pending commands with one error and all later ones with another. */
  function fail (pendingError: Error, laterError: Error) {
    refuse(laterError)
    for (const { reject } of pending.values()) reject(pendingError)
    pending.clear()
  }

  return { run, refuse, fail }
}
