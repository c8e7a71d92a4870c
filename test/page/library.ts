/*
 * A history as a person may have it, in LibreChat's export format: many conversations of different days, and one that
 * has everything a reader has to show.
 */

/** One conversation of an export. */
export interface ExportedConversation {
  conversationId: string
  title: string
  endpoint: string
  createdAt: string
  updatedAt: string
  pinned?: boolean
  isArchived?: boolean
  tags?: string[]
  options: { model: string }
  messages: ExportedMessage[]
}

/** One message of an export. */
export interface ExportedMessage {
  messageId: string
  parentMessageId: string | null
  isCreatedByUser: boolean
  sender: string
  text: string
  model?: string
  createdAt: string
  content?: Array<{ type: string, [member: string]: unknown }>
  files?: Array<Record<string, unknown>>
}

const DAY_MS = 86_400_000

const subjects: Array<[title: string, model: string, tags: string[]]> = [
  ['Planning a weekend in Lisbon', 'gpt-4o', ['travel']],
  ['Why is my Postgres query slow?', 'claude-sonnet-4', ['work', 'databases']],
  ['Sourdough that does not rise', 'gemini-2.5-pro', ['kitchen']],
  ['Explain monads without category theory', 'claude-opus-4', ['learning']],
  ['Draft: letter to the landlord', 'gpt-4o', []],
  ['Regex for ISO dates', 'gpt-4o-mini', ['work']],
  ['Bedtime story about a lighthouse', 'claude-sonnet-4', ['family']],
  ['Rust lifetimes, once more', 'deepseek-r1', ['learning', 'work']],
  ['تخطيط رحلة إلى مراكش', 'gpt-4o', ['travel']],
  ['Comparing heat pumps', 'gemini-2.5-pro', ['house']],
  ['日本語の敬語について', 'claude-opus-4', ['learning']],
  ['Quarterly report outline', 'gpt-4o', ['work']],
  ['What to plant in March', 'mistral-large', ['garden']],
  ['Kubernetes ingress returns 502', 'claude-sonnet-4', ['work']],
  ['Proof that √2 is irrational', 'o3', ['learning']],
  ['Gift ideas for Ruth', 'gpt-4o-mini', ['family']],
  ['Refactoring the billing module', 'claude-opus-4', ['work']],
  ['Learning to juggle', 'gpt-4o', []]
]

/** The whole history as the file that is imported. The two newest conversations are of today, also just after midnight. */
export function historyFile (): string {
  const now = Date.now()
  const hourAgo = Math.max(now - 3_600_000, new Date(now).setHours(0, 0, 0, 0))
  return JSON.stringify([showcase(now - 20 * 60_000), ...subjects.map((subject, index) => smallConversation(subject, hourAgo - index * index * DAY_MS / 3, index))])
}

/** Ids that tests go to. */
export const showcaseIds = { question: 'sc-1', firstAnswer: 'sc-2', secondAnswer: 'sc-3', hidden: 'sc-5', last: 'sc-8' }

/** A conversation with branches, reasoning, tools, code, a table, formulas, footnotes, files and right-to-left text. */
export function showcase (time: number): ExportedConversation {
  const at = (minute: number) => new Date(time + minute * 60_000).toISOString()
  const person = (messageId: string, parentMessageId: string | null, minute: number, text: string, more: Partial<ExportedMessage> = {}): ExportedMessage =>
    ({ messageId, parentMessageId, isCreatedByUser: true, sender: 'User', text, createdAt: at(minute), ...more })
  const model = (messageId: string, parentMessageId: string, minute: number, content: ExportedMessage['content'] & object, name = 'claude-opus-4'): ExportedMessage => ({
    messageId,
    parentMessageId,
    isCreatedByUser: false,
    sender: 'Claude',
    model: name,
    text: content.map(({ text }) => typeof text === 'string' ? text : '').join('\n\n').trim(),
    content,
    createdAt: at(minute)
  })
  return {
    conversationId: 'showcase',
    title: 'How far can you see from a lighthouse?',
    endpoint: 'anthropic',
    createdAt: at(0),
    updatedAt: at(12),
    pinned: true,
    tags: ['learning'],
    options: { model: 'claude-opus-4' },
    messages: [
      person('sc-1', null, 0, 'I stand on a lighthouse, **42 metres** above the sea. How far away is the horizon, and how would I compute it in Python?', {
        files: [{ filename: 'lighthouse-sketch.png', type: 'image/png', bytes: 348_120 }]
      }),
      model('sc-2', 'sc-1', 1, [{ type: 'text', text: 'About 23 kilometres. The rule of thumb is $d \\approx 3.57\\sqrt{h}$, with $h$ in metres and $d$ in kilometres.' }], 'gpt-4o'),
      model('sc-3', 'sc-1', 2, [
        { type: 'think', think: 'The line of sight is tangent to the sphere. With radius R and height h the distance is the square root of (R+h)² − R².\n\nRefraction bends light downward and adds about 8 %.' },
        { type: 'tool_call', tool_call: { id: 't1', name: 'calculator', args: '{"expression":"sqrt(2*6371000*42 + 42^2)"}', output: '23133.7', progress: 1, type: 'tool_call' } },
        { type: 'text', text: answer }
      ]),
      person('sc-4', 'sc-3', 5, 'And how much does the air change it?'),
      model('sc-5', 'sc-4', 6, [{ type: 'text', text: 'Refraction in a standard atmosphere makes the horizon recede by roughly 8 %. Over warm water it can vanish, and over cold water a *Fata Morgana* may lift ships above it.' }]),
      person('sc-6', 'sc-3', 8, 'Make me a table for different heights, please.'),
      model('sc-7', 'sc-6', 9, [{ type: 'text', text: table }]),
      person('sc-8', 'sc-7', 12, 'שלום! Thank you, that is exactly what I needed for the brochure.')
    ]
  }
}

const answer = `The horizon is where your line of sight touches the Earth. By Pythagoras, with the Earth's radius $R$ and your height $h$:

$$
d = \\sqrt{(R + h)^2 - R^2} = \\sqrt{2Rh + h^2} \\approx \\sqrt{2Rh}
$$

For 42 metres that is **23.1 km**.[^1] In Python:

\`\`\`python
from math import sqrt

EARTH_RADIUS = 6_371_000  # metres

def horizon(height: float) -> float:
    """Distance to the horizon in kilometres."""
    return sqrt(2 * EARTH_RADIUS * height + height ** 2) / 1000

print(f"{horizon(42):.1f} km")  # 23.1 km
\`\`\`

Two things move it:

1. **Refraction.** Air bends light downward, so you see a little *beyond* the geometric horizon.
2. **The height of what you look at.** A ship's mast is seen long before its hull.

> The sailor's rule: the distances of both horizons add up.

[^1]: Without refraction. With it, about 24.9 km.`

const table = `Here it is, with and without refraction:

| Where you stand | Height (m) | Geometric (km) | Refracted (km) |
|:--|--:|--:|--:|
| On the beach | 1.7 | 4.7 | 5.0 |
| On the gallery | 42 | 23.1 | 24.9 |
| On the cliff behind it | 110 | 37.4 | 40.4 |
| In a small aeroplane | 1,500 | 138.3 | 149.3 |

Anything above the gallery is worth the stairs.`

function smallConversation ([title, model, tags]: [string, string, string[]], time: number, number: number): ExportedConversation {
  const at = (minute: number) => new Date(time + minute * 60_000).toISOString()
  return {
    conversationId: `small-${number}`,
    title,
    endpoint: model.startsWith('claude') ? 'anthropic' : model.startsWith('gemini') ? 'google' : 'openAI',
    createdAt: at(0),
    updatedAt: at(2),
    tags,
    options: { model },
    messages: [
      { messageId: `small-${number}-1`, parentMessageId: null, isCreatedByUser: true, sender: 'User', text: `Can you help me with this: ${title}?`, createdAt: at(0) },
      {
        messageId: `small-${number}-2`,
        parentMessageId: `small-${number}-1`,
        isCreatedByUser: false,
        sender: model,
        model,
        text: `Gladly. “${title}” is best begun with what you know already. The lighthouse keeper's rule applies: one light, seen from far away, beats ten that flicker.`,
        createdAt: at(2)
      }
    ]
  }
}
