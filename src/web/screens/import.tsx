import { useEffect, useRef } from 'preact/hooks'
import { t, type TextKey } from '../i18n/index.js'
import { FileChooser } from '../parts/file-chooser.js'
import { ImportCard } from '../parts/import-card.js'
import { PageHead } from '../parts/page-head.js'
import { imports } from '../state/imports.js'

/** The services whose files can be read, with where each gives its file. */
const services: Array<[name: string, how: TextKey]> = [
  ['ChatGPT', 'help.chatgpt'],
  ['Claude', 'help.claude'],
  ['Claude Code', 'help.claudecode'],
  ['Codex', 'help.codex'],
  ['LibreChat', 'help.librechat'],
  ['Open WebUI', 'help.openwebui'],
  ['Gemini', 'help.gemini'],
  ['Google AI Studio', 'help.aistudio'],
  ['Microsoft Copilot', 'help.copilot'],
  ['Grok', 'help.grok'],
  ['DeepSeek', 'help.deepseek'],
  ['Mistral Le Chat', 'help.mistral'],
  ['Perplexity', 'help.perplexity'],
  ['LobeChat', 'help.lobechat'],
  ['TypingMind', 'help.typingmind'],
  ['HuggingChat', 'help.huggingchat']
]

/** Bringing files in: choose, see what is in them, import. */
export function ImportScreen () {
  const cards = useRef<HTMLUListElement>(null)
  const shown = useRef(0)
  const count = imports.value.length
  useEffect(() => {
    if (count > shown.current) reveal(cards.current?.children[shown.current])
    shown.current = count
  }, [count])
  return (
    <div class='page'>
      <PageHead title={t('import.title')} lead={t('import.lead')} />
      <FileChooser />
      {count > 0 && <ul ref={cards} class='import-cards'>{imports.value.map((task) => <li key={task.id}><ImportCard task={task} /></li>)}</ul>}
      <section class='help'>
        <h2>{t('import.help')}</h2>
        {services.map(([name, how]) => (
          <details key={name} class='help-entry'>
            <summary>{name}</summary>
            <p>{t(how)}</p>
          </details>
        ))}
        <p class='quiet'>{t('help.others')}</p>
      </section>
    </div>
  )
}

/** The part of the window, from its top, in which a card begins whose counts and button are to be seen. */
const UPPER_PART = 0.5

/** Scrolls to a new card that would begin too far down to be noticed. */
function reveal (card: Element | undefined) {
  if (card && card.getBoundingClientRect().top > innerHeight * UPPER_PART) card.scrollIntoView({ block: 'start' })
}
