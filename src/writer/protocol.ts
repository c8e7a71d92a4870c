import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads'
import type { Db } from '../db/connection.js'
import { bulkLane, commands, isCommandName } from '../commands.js'
import { createExecutor, type Job } from './executor.js'
import { flattenError, type PlainError } from './errors.js'

/** A command on its way to the writer; `id` is the sender's own and comes back with the answer. */
export interface CommandMessage { id: number, name: string, input: unknown }

/** What became of one command. */
export type Answer = { id: number, output: unknown } | { id: number, error: PlainError }

/** Answers of one transaction, in one message. */
export type Answers = Answer[]

type Executor = ReturnType<typeof createExecutor>

/** Makes a job of a command message; the answer goes to `reply`. */
export function jobFor (message: CommandMessage, reply: (answer: Answer) => void): Job {
  const { id, name } = message
  // The name and the input were paired by the compiler where they were sent (`Writer.run`).
  const input = message.input as never
  return {
    lane: isCommandName(name) ? bulkLane(name, input) : null,
    run (db: Db) {
      if (!isCommandName(name)) throw new Error(`There is no command ${name}`)
      return commands[name](db, input)
    },
    succeed: (output) => reply({ id, output }),
    fail: (error) => reply({ id, error: flattenError(error) })
  }
}

/**
 * Commands arriving at one port, answered there. Answers of one transaction are collected into one message;
 * `receive` takes what has arrived without waiting for the event loop.
 */
export function servePort (port: MessagePort, executor: Pick<Executor, 'submit'>) {
  let answers: Answers = []

  function reply (answer: Answer) {
    if (answers.push(answer) > 1) return
    queueMicrotask(() => {
      port.postMessage(answers)
      answers = []
    })
  }

  const take = (message: CommandMessage) => executor.submit(jobFor(message, reply))
  port.on('message', take)

  return {
    receive () {
      for (let next = receiveMessageOnPort(port); next; next = receiveMessageOnPort(port)) take(next.message)
    }
  }
}
