import type { Message } from '../api/types.js'
import { t } from '../i18n/index.js'
import { branch, currentMessage, goToMessage } from '../state/reader.js'
import { textOf } from '../state/parts.js'
import { focusMessage } from '../state/keyboard.js'

/** Longest entry, in characters; style sheets cut it to what fits. */
const ENTRY_CHARACTERS = 120

/** The reader's own prompts of the branch, to go to. */
export function Outline () {
  const prompts = branch.value.filter(({ isCreatedByUser }) => isCreatedByUser)
  if (prompts.length < 2) return null
  const current = promptAt(branch.value, currentMessage.value)
  return (
    <nav class='outline' aria-labelledby='outline-heading'>
      <h2 id='outline-heading'>{t('conversation.outline')}</h2>
      <ol>
        {prompts.map((message) => (
          <li key={message.messageId}>
            <a
              href={`#m-${message.messageId}`} dir='auto' aria-current={message.messageId === current ? 'true' : undefined}
              onClick={(event) => { event.preventDefault(); goToMessage(message.messageId, { replace: true }); focusMessage(message.messageId) }}
            >
              {entry(message)}
            </a>
          </li>
        ))}
      </ol>
    </nav>
  )
}

function entry (message: Message): string {
  return textOf(message).slice(0, ENTRY_CHARACTERS * 2).replaceAll(/[*_`#>]+/g, '').replaceAll(/\s+/g, ' ').trim().slice(0, ENTRY_CHARACTERS) || t('message.empty')
}

/** The prompt that the current message answers, or is. */
function promptAt (messages: Message[], current: string | null): string | null {
  const at = messages.findIndex(({ messageId }) => messageId === current)
  return messages.slice(0, at + 1).findLast(({ isCreatedByUser }) => isCreatedByUser)?.messageId ?? null
}
