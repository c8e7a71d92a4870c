import { type Conversation, requireConversationForRead } from '../conversations/find.js'
import { UNTITLED } from '../conversations/title.js'
import { DomainError } from '../errors.js'
import type { Database } from '../writer/database.js'
import { setGeneratedTitle } from './commands.js'
import { type FirstExchange, firstExchange } from './first-exchange.js'
import { localTitle } from './local-title.js'

export interface TitleGeneratorOptions {
  database: Pick<Database, 'reader' | 'writer'>
  /** Whether titles are generated. Existing titles are returned either way. */
  isEnabled: boolean
  /** Asks a model for a title. Without it, or when it fails, local rules make the title. */
  askModel?: (exchange: FirstExchange) => Promise<string>
  /** Called with the error of a model that failed. */
  onModelFailure?: (error: unknown, conversationId: string) => void
}

export interface TitleGenerator {
  /**
   * Returns the title of a user's conversation. A conversation with the title `UNTITLED` gets a generated title first.
   * Concurrent calls wait for the same title. A title that the user sets meanwhile stays.
   * @throws {DomainError} NOT_FOUND, with the reason.
   */
  titleOf (userNo: number, conversationId: string): Promise<string>
}

/** Endpoints whose conversations get no title, as in LibreChat. */
const WITHOUT_TITLES = ['assistants', 'azureAssistants']

/** Generates titles of untitled conversations from their first exchange. */
export function createTitleGenerator ({ database, isEnabled, askModel, onModelFailure }: TitleGeneratorOptions): TitleGenerator {
  const underWay = new Map<number, Promise<string>>()

  async function generate (userNo: number, conversation: Conversation, exchange: FirstExchange) {
    const { conversationId } = conversation
    const title = await modelTitle(conversationId, exchange) ?? localTitle(exchange, conversation)
    return await setGeneratedTitle(database.writer, { userNo, conversationId, title })
  }

  async function modelTitle (conversationId: string, exchange: FirstExchange) {
    if (!askModel || exchange.question + exchange.answer === '') return null
    try {
      return await askModel(exchange)
    } catch (error) {
      onModelFailure?.(error, conversationId)
      return null
    }
  }

  return {
    titleOf: async (userNo, conversationId) => {
      const conversation = requireConversationForRead(database.reader, userNo, conversationId)
      const { pk, title } = conversation
      if (title !== UNTITLED) return title
      const pending = underWay.get(pk)
      if (pending) return await pending

      const generation = generate(userNo, conversation, exchangeToName(database.reader, conversation, isEnabled))
        .finally(() => underWay.delete(pk))
      underWay.set(pk, generation)
      return await generation
    }
  }
}

function exchangeToName (reader: Database['reader'], { pk, endpoint }: Conversation, isEnabled: boolean): FirstExchange {
  if (!isEnabled) throw new DomainError('NOT_FOUND', 'No title: this server makes none')
  if (WITHOUT_TITLES.includes(endpoint ?? '')) throw new DomainError('NOT_FOUND', `No title: none are made for the endpoint ${endpoint}`)
  const exchange = firstExchange(reader, pk)
  if (!exchange) throw new DomainError('NOT_FOUND', 'No title: the conversation has no message of its user yet')
  return exchange
}
