import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads'
import type { CommandTable, Definition } from './command.js'
import { flattenError, type PlainError } from './errors.js'
import type { Executor, Job } from './executor.js'

/** A command sent to the writer. The sender chooses `id`. The result carries the same `id`. */
export interface CommandMessage { id: number, name: string, input: unknown }

/** The result of one command. */
export type Answer = { id: number, output: unknown } | { id: number, error: PlainError }

/** The results of one transaction, sent in one message. */
export type Answers = Answer[]

/**
 * Called before a command runs.
 * @throws {StorageError} when the state of the disk or the file forbids it.
 */
export type Admission = (command: Pick<Definition, 'grows'>) => void

/** Makes a job from a command message. Its result goes to `reply`. */
export function jobFor (table: CommandTable, admit: Admission, message: CommandMessage, reply: (answer: Answer) => void): Job {
  const { id, name } = message
  const command = table.get(name)
  // `defineCommand` gives the sender the input type of this definition.
  const input = message.input as never
  return {
    name,
    ...(command?.kind === 'bulk' ? { lane: command.lane(input), sharesTransaction: command.sharesTransaction === true } : { lane: null }),
    run (db) {
      if (!command) throw new Error(`There is no command ${name}; is it listed in src/commands.ts?`)
      admit(command)
      return command.run(db, input)
    },
    succeed: (output) => reply({ id, output }),
    fail: (error) => reply({ id, error: flattenError(error) })
  }
}

/**
 * Runs the commands that arrive at a port. The results of one transaction are sent back in one message. `receive` reads
 * the messages that have arrived, without waiting for the event loop.
 */
export function servePort (port: MessagePort, table: CommandTable, admit: Admission, executor: Pick<Executor, 'submit'>) {
  let answers: Answers = []

  function reply (answer: Answer) {
    if (answers.push(answer) > 1) return
    queueMicrotask(() => {
      port.postMessage(answers)
      answers = []
    })
  }

  const take = (message: CommandMessage) => executor.submit(jobFor(table, admit, message, reply))
  port.on('message', take)

  return {
    receive () {
      for (let next = receiveMessageOnPort(port); next; next = receiveMessageOnPort(port)) take(next.message)
    }
  }
}
