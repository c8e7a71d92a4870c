import type { FoundMessage } from '../api/types.js'
import { formatDate, t } from '../i18n/index.js'
import { FailureNote } from '../parts/failure-note.js'
import { ScrollEnd } from '../parts/scroll-end.js'
import { serviceOf } from '../parts/service.js'
import { Skeleton } from '../parts/skeleton.js'
import { conversationPath, screen, searched, targetMessage } from '../state/address.js'
import { anyWordSearch, changeSearch, found, searchAgain, searchFailure, searchMore, searchStatus } from '../state/search.js'
import { operatorsIn, toggleOperator } from '../state/search-operators.js'
import { readSnippet } from '../state/snippet.js'

/** What a search found: conversations first, then messages, each opening where it was found. */
export function SearchResults () {
  const { value: results } = found
  if (searchStatus.value === 'failed') return <FailureNote title={t('search.failed')} failure={searchFailure.value} onRetry={searchAgain} />
  if (searchStatus.value === 'idle') return <div class='empty'><p>{t('search.hint')}</p><p class='quiet'>{t('search.syntax')}</p></div>
  if (!results) return <Skeleton kind='rows' count={6} />
  const { conversations, messages, nextCursor, anyCount, correctedSearch, indexedShare } = results
  return (
    <div class={searchStatus.value === 'loading' ? 'results stale' : 'results'}>
      <p class='visually-hidden' role='status'>
        {t(nextCursor === null ? 'search.count' : 'search.countMore', { count: messages.length })}
      </p>
      <Understood />
      {correctedSearch !== undefined && <p class='results-note quiet small'>{t('search.corrected', { words: correctedSearch })}</p>}
      {indexedShare !== undefined && <p class='results-note quiet small'>{t('search.indexing', { percent: Math.floor(indexedShare * 100) })}</p>}
      {conversations.length === 0 && messages.length === 0 && (
        <div class='empty'>
          <p class='empty-title'>{t(anyCount > 0 ? 'search.emptyAll' : 'search.empty')}</p>
          {anyCount > 0
            ? <button type='button' class='button' onClick={() => { anyWordSearch.value = searched.peek() }}>{t('search.withAny', { count: anyCount })}</button>
            : <><p>{t('search.emptyHint')}</p><p class='quiet'>{t('search.syntax')}</p></>}
        </div>
      )}
      {conversations.length > 0 && (
        <section class='group'>
          <h2 class='group-heading'>{t('search.conversations')}</h2>
          <ul>
            {conversations.map((row) => (
              <li key={row.conversationId} class='hit'>
                <a
                  class='hit-link' href={conversationPath(row.conversationId, { query: searched.value })}
                  aria-current={isOpen(row.conversationId) && targetMessage.value === null ? 'page' : undefined}
                >
                  <span class='row-title' dir='auto'>{row.title || t('list.untitled')}</span>
                  <span class='row-facts'><span>{serviceOf(row)}</span>{row.isArchived && <span>{t('conversation.archivedNote')}</span>}<time dateTime={row.updatedAt}>{formatDate(row.updatedAt)}</time></span>
                </a>
              </li>
            ))}
          </ul>
        </section>
      )}
      {messages.length > 0 && (
        <section class='group'>
          <h2 class='group-heading'>{t('search.messages')}</h2>
          <ul>{messages.map((message) => <MessageHit key={message.messageId} message={message} />)}</ul>
        </section>
      )}
      {searchStatus.value === 'more' && <Skeleton kind='rows' count={3} />}
      {nextCursor !== null && <ScrollEnd key={messages.length} onReach={searchMore} />}
    </div>
  )
}

/** The filters that the search was understood as, with a way out of each. */
function Understood () {
  const operators = operatorsIn(searched.value)
  const isAny = anyWordSearch.value === searched.value
  if (operators.length === 0 && !isAny) return null
  return (
    <div class='active-filters'>
      {isAny && <button type='button' class='chip' onClick={() => { anyWordSearch.value = '' }}>{t('search.any')} ×</button>}
      {operators.map((operator) => (
        <button key={operator} type='button' class='chip' onClick={() => changeSearch(toggleOperator(searched.peek(), operator))}><bdi>{operator}</bdi> ×</button>
      ))}
    </div>
  )
}

function MessageHit ({ message }: { message: FoundMessage }) {
  const { conversationId, messageId, title, snippet, createdAt, isCreatedByUser } = message
  return (
    <li class='hit'>
      <a
        class='hit-link' href={conversationPath(conversationId, { message: messageId, query: searched.value })}
        aria-current={isOpen(conversationId) && targetMessage.value === messageId ? 'page' : undefined}
      >
        <span class='hit-snippet' dir='auto'>
          {readSnippet(snippet).map(({ text, isMarked }, index) => isMarked ? <mark key={index}>{text}</mark> : text)}
        </span>
        <span class='row-facts'>
          <span>{isCreatedByUser ? t('message.you') : message.model || t('message.assistant')}</span>
          <span class='hit-title' dir='auto'>{title || t('list.untitled')}</span>
          <time dateTime={createdAt}>{formatDate(createdAt)}</time>
        </span>
      </a>
    </li>
  )
}

function isOpen (id: string): boolean {
  return screen.value.name === 'conversation' && screen.value.id === id
}
