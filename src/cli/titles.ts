import type { Command } from 'commander'
import { DomainError } from '../errors.js'
import { connectOpenAi } from '../openai/connect.js'
import { untitledConversations } from '../titles/backfill.js'
import { createTitleGenerator } from '../titles/generate.js'
import { openAiTitle } from '../titles/openai-title.js'
import { type CliDatabase, withDatabase } from './database.js'
import { print } from './output.js'
import type { Environment } from './environment.js'
import { showProgress } from './progress.js'

/** `parley titles …`. */
export function addTitleCommands (program: Command, env: Environment) {
  program.command('titles').description('manage generated titles')
    .command('backfill').description('give every conversation without a title one, as TITLE_PROVIDER says')
    .action((_options: object, command: Command) => withDatabase(env, async (database) => {
      const result = await backfill(database)
      print(command, result, [`${result.titled} conversations got a title, ${result.left} have nothing to make one of`])
    }))
}

async function backfill ({ config, reader, writer }: CliDatabase) {
  const openai = config.TITLE_PROVIDER === 'openai' ? await connectOpenAi(config) : null
  const titles = createTitleGenerator({
    database: { reader, writer },
    isEnabled: true,
    ...openai && { askModel: (exchange) => openAiTitle(openai, config.TITLE_MODEL, exchange) },
    onModelFailure: (error) => console.error(`A title is made without the model: ${error instanceof Error ? error.message : String(error)}`)
  })
  const untitled = untitledConversations(reader)
  const progress = showProgress('Titles')
  const result = { titled: 0, left: 0 }
  for (const { userNo, conversationId } of untitled) {
    try {
      await titles.titleOf(userNo, conversationId)
      result.titled++
    } catch (error) {
      if (!(error instanceof DomainError && error.code === 'NOT_FOUND')) throw error
      result.left++
    }
    progress.update(result.titled + result.left, untitled.length, `${result.titled} titled`)
  }
  progress.end(`${result.titled} titled`)
  openai?.close()
  return result
}
