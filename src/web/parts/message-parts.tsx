import type { Message } from '../api/types.js'
import { formatBytes, t } from '../i18n/index.js'
import { type FileFacts, type Part, partsOf, sourcesOf } from '../state/parts.js'
import { preferences } from '../state/preferences.js'
import { Icon } from './icon.js'
import { Text } from './text.js'

/** What a message says: its texts, and folded what the model thought and did on the way. */
export function MessageParts ({ message }: { message: Message }) {
  const parts = partsOf(message)
  const sources = sourcesOf(message)
  const files = parts.flatMap((part) => part.kind === 'file' ? [part.file] : [])
  return (
    <>
      {parts.map((part, index) => <PartView key={index} part={part} id={`${message.messageId}-${index}`} />)}
      {parts.length === 0 && <p class='quiet'>{t('message.empty')}</p>}
      {files.length > 0 && <ul class='files'>{files.map((file, index) => <FileCard key={index} file={file} />)}</ul>}
      {sources.length > 0 && (
        <details class='fold sources'>
          <summary><Icon name='link' />{t('message.sources', { count: sources.length })}</summary>
          <ol>
            {sources.map(({ url, title }) => (
              <li key={url}><a href={url} target='_blank' rel='noopener noreferrer nofollow'><bdi>{title}</bdi></a> <span class='quiet small'>{new URL(url).host}</span></li>
            ))}
          </ol>
        </details>
      )}
    </>
  )
}

function PartView ({ part, id }: { part: Part, id: string }) {
  switch (part.kind) {
    case 'text': return <Text text={part.text} id={id} />
    case 'reasoning': return <Reasoning text={part.text} id={id} />
    case 'tool': return <ToolCall {...part} />
    case 'error': return <p class='message-error'><Icon name='warning' /><span dir='auto'>{part.text}</span></p>
    case 'file': return null
  }
}

function Reasoning ({ text, id }: { text: string, id: string }) {
  const shown = preferences.reasoning.value
  if (shown === 'hidden') return null
  return (
    <details class='fold reasoning' open={shown === 'open'}>
      <summary><Icon name='thought' />{t('part.reasoning')}</summary>
      <Text text={text} id={id} />
    </details>
  )
}

function ToolCall ({ name, input, output }: { name: string, input: string, output: string | null }) {
  const shown = preferences.tools.value
  if (shown === 'hidden') return null
  return (
    <details class='fold tool' open={shown === 'open'}>
      <summary><Icon name='tool' /><span>{t('part.tool', { name })}</span></summary>
      {input !== '' && <ToolText label={t('part.input')} text={input} />}
      {output !== null && <ToolText label={t('part.output')} text={output} />}
    </details>
  )
}

function ToolText ({ label, text }: { label: string, text: string }) {
  return (
    <figure class='tool-text'>
      <figcaption>{label}</figcaption>
      <pre tabIndex={0} dir='auto'>{text}</pre>
    </figure>
  )
}

function FileCard ({ file: { kind, name, bytes, type } }: { file: FileFacts }) {
  // The type says more than "file"; a picture is a picture whatever its type.
  const facts = [kind === 'file' && type !== null ? type : t(`part.${kind}`), bytes === null ? '' : formatBytes(bytes), t('part.notKept')]
  return (
    <li class='file-card'>
      <Icon name={kind === 'image' ? 'image' : 'file'} />
      <div>
        <bdi class='file-name'>{name ?? t(`part.${kind}`)}</bdi>
        <span class='quiet small'>{facts.filter((fact) => fact !== '').join(' · ')}</span>
      </div>
    </li>
  )
}
