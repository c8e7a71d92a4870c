import type { MessagePort } from 'node:worker_threads'
import { DomainError } from '../errors.js'
import type { InputOf, OutputOf } from './command.js'
import type { Commands } from '../commands.js'
import { restoreError } from './errors.js'
import type { Answers } from './protocol.js'

export type CommandName = keyof Commands & string

/** Runs a command; see `Writer.run`. */
export type RunCommand = <Name extends CommandName> (name: Name, input: InputOf<Commands[Name]>) => Promise<OutputOf<Commands[Name]>>

interface Pending { resolve (output: unknown): void, reject (error: Error): void }

/** Sends commands through a port to the writer, and hands its answers to those who wait for them. */
export function commandPort (port: MessagePort, limit: number) {
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

  const run: RunCommand = (name, input) => {
    if (refusal) return Promise.reject(refusal)
    if (pending.size >= limit) return Promise.reject(new DomainError('BUSY', 'Too many writes are waiting'))
    const id = ++lastId
    return new Promise((resolve, reject) => {
      // The table that typed the input also types the output.
      pending.set(id, { resolve: (output) => resolve(output as OutputOf<Commands[typeof name]>), reject })
      port.postMessage({ id, name, input })
    })
  }

  /** Refuses what comes from now on. */
  function refuse (error: Error) {
    refusal ??= error
  }

  /** Rejects what waits, too: no answer will come any more. */
  function fail (error: Error) {
    refuse(error)
    for (const { reject } of pending.values()) reject(error)
    pending.clear()
  }

  return { run, refuse, fail }
}
