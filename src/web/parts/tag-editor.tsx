import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { ConversationRow } from '../api/types.js'
import { t } from '../i18n/index.js'
import { setTag } from '../state/conversation-actions.js'
import { reloadTags, tags } from '../state/tags.js'
import { Dialog } from './dialog.js'
import { Icon } from './icon.js'

interface TagEditorProps { conversations: Array<Pick<ConversationRow, 'conversationId' | 'tags'>>, onClose (): void }

/** Longest tag the server takes, in characters. */
const MAX_TAG_CHARACTERS = 128

/** Puts tags on conversations and takes them off. What is typed narrows the list, and can become a new tag. */
export function TagEditor ({ conversations, onClose }: TagEditorProps) {
  const typed = useSignal('')
  const current = useSignal(conversations)
  useEffect(() => { reloadTags() }, [])

  const name = typed.value.trim()
  const names = [...new Set([...tags.value.map(({ tag }) => tag), ...current.value.flatMap(({ tags }) => tags)])]
  const shown = names.filter((tag) => tag.toLocaleLowerCase().includes(name.toLocaleLowerCase()))
  const isOn = (tag: string) => current.value.every(({ tags }) => tags.includes(tag))

  async function change (tag: string, isOn: boolean) {
    typed.value = ''
    const before = current.value
    current.value = before.map((one) => ({ ...one, tags: [...one.tags.filter((other) => other !== tag), ...isOn ? [tag] : []] }))
    await setTag(before, tag, isOn)
  }

  return (
    <Dialog title={t('tags.title')} onClose={onClose} class='tag-editor'>
      <form onSubmit={(event) => { event.preventDefault(); if (name !== '') change(name, true) }}>
        <input
          class='field' value={typed} onInput={({ currentTarget }) => { typed.value = currentTarget.value }} maxLength={MAX_TAG_CHARACTERS}
          placeholder={t('tags.add')} aria-label={t('tags.add')} autoFocus dir='auto'
        />
        {name !== '' && !names.includes(name) && <button type='submit' class='button'><Icon name='tag' />{t('tags.new', { tag: name })}</button>}
      </form>
      <ul class='tag-choices'>
        {shown.map((tag) => (
          <li key={tag}>
            <label>
              <input type='checkbox' checked={isOn(tag)} onChange={({ currentTarget }) => { change(tag, currentTarget.checked) }} />
              <bdi>{tag}</bdi>
              <span class='quiet small'>{t('tags.count', { count: tags.value.find((one) => one.tag === tag)?.count ?? 0 })}</span>
            </label>
          </li>
        ))}
        {names.length === 0 && <li class='quiet'>{t('tags.none')}</li>}
      </ul>
      <div class='dialog-actions'><button type='button' class='button primary' onClick={onClose}>{t('common.close')}</button></div>
    </Dialog>
  )
}
