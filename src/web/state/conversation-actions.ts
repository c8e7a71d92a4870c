import { api, result } from '../api/client.js'
import { Failure } from '../api/failure.js'
import type { ConversationRow } from '../api/types.js'
import { t } from '../i18n/index.js'
import { go, screen } from './address.js'
import { hideRow, listPath, filter, reloadList, showChange, shownRows } from './conversations.js'
import { announce, attempt } from './notices.js'
import { openConversation, showConversationChange } from './reader.js'
import { reloadTags } from './tags.js'

/*
 * What can be done with whole conversations. Each change is shown when the server has taken it.
 */

/** Renames a conversation. */
export function rename (conversationId: string, title: string) {
  return attempt(async () => {
    const changed = await result(api.POST('/api/convos/update', { body: { conversationId, title } }))
    show(conversationId, { title: changed.title, updatedAt: changed.updatedAt })
  })
}

/** Pins conversations to the top, or unpins them. */
export function pin (ids: string[], pinned: boolean) {
  return forEach(ids, async (conversationId) => {
    await result(api.POST('/api/convos/pin', { body: { conversationId, pinned } }))
    show(conversationId, { pinned })
  })
}

/** Puts conversations into the archive, or takes them back, and offers to undo it. */
export async function archive (ids: string[], isArchived: boolean) {
  const undo = async () => {
    if (await setArchived(ids, !isArchived)) await reloadList()
  }
  const keepFocus = rememberRow(ids)
  if (!await setArchived(ids, isArchived)) return
  keepFocus()
  announce(t(isArchived ? 'done.archived' : 'done.unarchived', { count: ids.length }), undo)
}

function setArchived (ids: string[], isArchived: boolean) {
  return forEach(ids, async (conversationId) => {
    await result(api.POST('/api/convos/archive', { body: { conversationId, isArchived } }))
    show(conversationId, { isArchived })
  })
}

/** Adds a tag to conversations, or takes it off. */
export async function setTag (conversations: Array<Pick<ConversationRow, 'conversationId' | 'tags'>>, tag: string, isOn: boolean) {
  const tagsOf = new Map(conversations.map(({ conversationId, tags }) => [conversationId, tags]))
  await forEach([...tagsOf.keys()], async (conversationId) => {
    const others = (tagsOf.get(conversationId) ?? []).filter((name) => name !== tag)
    const tags = await result(api.PUT('/api/tags/convo/{conversationId}', {
      params: { path: { conversationId } }, body: { tags: isOn ? [...others, tag] : others }
    }))
    show(conversationId, { tags })
  })
  await reloadTags()
}

/** Copies a conversation and opens the copy. */
export function duplicate ({ conversationId, title }: Pick<ConversationRow, 'conversationId' | 'title'>) {
  return attempt(async () => {
    const { conversation } = await result(api.POST('/api/convos/duplicate', {
      body: { conversationId, title: t('conversation.copyTitle', { title }) }
    }))
    await reloadList()
    go(`/c/${conversation.conversationId}`)
    announce(t('done.duplicated'))
  })
}

/** Deletes conversations for good; the person was asked before. */
export async function remove (ids: string[]) {
  const keepFocus = rememberRow(ids)
  const isDone = await forEach(ids, async (conversationId) => {
    await result(api.DELETE('/api/convos', { body: { conversationId } }))
    hideRow(conversationId)
    if (screen.value.name === 'conversation' && screen.value.id === conversationId) go(listPath(filter.value))
  })
  keepFocus()
  if (isDone) announce(t('done.deleted', { count: ids.length }))
  await reloadTags()
}

/** Remembers the row that follows those, and returns what puts the focus on it if the focus was in one that went. */
function rememberRow (ids: string[]): () => void {
  const listed = shownRows.peek().map(({ conversationId }) => conversationId)
  const at = listed.findIndex((id) => ids.includes(id))
  const next = listed.slice(at + 1).find((id) => !ids.includes(id)) ?? listed.slice(0, Math.max(0, at)).findLast((id) => !ids.includes(id))
  return () => {
    // After the frame in which the row goes.
    requestAnimationFrame(() => {
      if (at >= 0 && next !== undefined && document.activeElement === document.body) {
        document.querySelector<HTMLElement>(`.row-link[href="/c/${CSS.escape(encodeURIComponent(next))}"]`)?.focus()
      }
    })
  }
}

function show (id: string, changes: Partial<ConversationRow>) {
  showChange(id, changes)
  if (openConversation.value?.conversationId === id) showConversationChange(changes)
}

/** One after the other; waits when the server asks to, and stops at the first that fails. */
function forEach (ids: string[], run: (id: string) => Promise<void>) {
  return attempt(async () => {
    for (const id of ids) {
      try {
        await run(id)
      } catch (error) {
        if (!(error instanceof Failure) || error.status !== 429 || ids.length === 1) throw error
        await new Promise((resolve) => setTimeout(resolve, 1000 * (error.retryAfter ?? 1)))
        await run(id)
      }
    }
  })
}
