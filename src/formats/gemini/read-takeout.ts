import { type ConversationDraft, type ImportFormat, type JsonObject, type MessageDraft } from '../kit/draft.js'
import { objectsOf, stringOf } from '../kit/json-value.js'
import { parseTime } from '../kit/times.js'
import { sourceOf } from '../kit/link.js'
import { joinRendered, renderedText } from '../kit/rendered.js'
import { htmlToMarkdown } from '../kit/html-markdown.js'
import { readMedia } from '../kit/media.js'
import { mediaMetadata, readPages } from '../kit/citations.js'
import { byTime } from '../kit/time-order.js'
import { detailOf, isNoise, ownPrompt, promptReader } from './takeout-titles.js'
import { takeoutSidecars } from './sidecars.js'

/** A pause that begins a new conversation, in milliseconds. */
const LONGEST_PAUSE_MS = 30 * 60_000
/** And the most activities of one, so that a day without a pause is no single endless chat. */
const MAX_ACTIVITIES = 200

const chatId = /gemini\.google\.com\/(?:u\/\d+\/)?(?:app|gem\/[\w-]+)\/(?:c\/)?([\w-]+)/
const creation = /^Created\b/

/**
 * Google Takeout's "My Activity", of which the activities of Gemini Apps (once Bard) are read and those of other
 * products left out. An activity names its chat in `titleUrl`. Where it does not, activities less than 30 minutes apart
 * make a conversation, 200 at most, its id the time of the first, so that a later export finds it again.
 *
 * Every prompt is a message of the user, oldest first, and every `safeHtmlItem` an answer below it. Several drafts are
 * branches, and the chat goes on below the last. Prompts stand in `text`, in `details` or in the
 * title, behind a verb that is taken off. Something Gemini "Created" is an answer without a prompt. Activities without an
 * answer that only tell of a use, a choice of drafts or feedback are left out and counted.
 */
export const takeout: ImportFormat = {
  name: 'gemini-takeout',
  label: 'Gemini (Google Takeout)',
  collects: true,
  sidecars: takeoutSidecars,

  matches ({ header, title, time, products, safeHtmlItem }) {
    if (typeof time !== 'string' || typeof title !== 'string') return false
    return typeof header === 'string' || Array.isArray(products) || Array.isArray(safeHtmlItem)
  },

  convert ({ messages }, { leaveOut }) {
    const all = objectsOf(messages)
    const activities = all.filter(isGemini)
    if (activities.length === 0) {
      leaveOut('None of its activities is of Gemini Apps. In Google Takeout, choose "Gemini Apps" under "My Activity"')
      return []
    }
    const turns = activities.filter(isTurn)
    if (all.length > activities.length) leaveOut(`${all.length - activities.length} activities of other products than Gemini were left out`)
    if (activities.length > turns.length) leaveOut(`${activities.length - turns.length} activities that are no prompts (feedback, choices of drafts, uses of a feature) were left out`)
    const promptOf = promptReader(turns)
    return groups(byTime(turns.reverse(), ({ time }) => time)).map(({ id, activities }) => readGroup(id, activities, promptOf))
  }
}

/** By the product's name, which is the same in all languages; without any, answers in HTML are Gemini's. */
function isGemini ({ header, products, safeHtmlItem }: JsonObject): boolean {
  const names = [header, ...(Array.isArray(products) ? products : [])].filter((name) => typeof name === 'string')
  return names.length === 0 ? Array.isArray(safeHtmlItem) : names.some((name) => /gemini|bard/i.test(name))
}

function isTurn (activity: JsonObject): boolean {
  return answersOf(activity).length > 0 || ownPrompt(activity) !== null || !isNoise(stringOf(activity.title) ?? '')
}

interface Group { id: string | null, activities: JsonObject[] }

function groups (activities: readonly JsonObject[]): Group[] {
  const all: Group[] = []
  const named = new Map<string, Group>()
  let run: Group | undefined
  let before = -Infinity
  for (const activity of activities) {
    const id = chatId.exec(stringOf(activity.titleUrl) ?? '')?.[1] ?? null
    const time = parseTime(activity.time) ?? before
    const known = id === null ? (time - before > LONGEST_PAUSE_MS || run?.activities.length === MAX_ACTIVITIES ? undefined : run) : named.get(id)
    const group = known ?? { id, activities: [] }
    if (known === undefined) all.push(group)
    group.activities.push(activity)
    if (id !== null) {
      named.set(id, group)
      continue
    }
    run = group
    before = time
  }
  return all
}

function readGroup (id: string | null, activities: JsonObject[], promptOf: (activity: JsonObject) => string): ConversationDraft {
  const messages: MessageDraft[] = []
  for (const activity of activities) {
    const below = messages.at(-1)?.key ?? null
    for (const message of readActivity(activity, promptOf(activity), below, messages.length)) messages.push(message)
  }
  return {
    sourceId: id ?? secondOf(activities[0] ?? {}),
    title: messages.some(({ isCreatedByUser, keep }) => isCreatedByUser && keep !== false) ? null : stringOf(activities[0]?.title),
    endpoint: 'google',
    messages
  }
}

/** When an activity was, to the second: its id. Pages and JSON of one account tell the same second. */
function secondOf ({ time }: JsonObject): string | null {
  const parsed = parseTime(time)
  return parsed === null ? stringOf(time) : `${new Date(parsed).toISOString().slice(0, 19)}Z`
}

/** The prompt and below it the answers; only answers for what is no prompt. */
function readActivity (activity: JsonObject, said: string, below: string | null, offset: number): MessageDraft[] {
  const title = stringOf(activity.title) ?? ''
  const id = secondOf(activity)
  const answers = answersOf(activity)
  if (creation.test(title)) return replies(answers.length > 0 ? answers.map((answer) => `${title}\n\n${answer}`) : [title], below, offset)
  const { text, assets } = joinRendered([renderedText(said), ...filesOf(activity)])
  const prompt: MessageDraft = {
    key: String(offset),
    parent: below,
    // A prompt that was a picture may leave no trace.
    keep: text !== '',
    sourceId: id,
    isCreatedByUser: true,
    text,
    createdAt: activity.time,
    metadata: mediaMetadata(assets, readPages(objectsOf(activity.subtitles).filter((page) => sourceOf(page) !== null)))
  }
  return [prompt, ...replies(answers, prompt.key, offset + 1)]

  function replies (texts: string[], parent: string | null, offset: number) {
    return texts.map((text, index): MessageDraft => ({
      key: String(offset + index),
      parent,
      sourceId: id === null ? null : `${id}/${index + 1}`,
      isCreatedByUser: false,
      sender: 'Gemini',
      text,
      createdAt: activity.time
    }))
  }
}

function answersOf (activity: JsonObject): string[] {
  const answers = objectsOf(activity.safeHtmlItem).map(({ html }) => htmlToMarkdown(stringOf(html) ?? '')).filter((text) => text !== '')
  const response = detailOf(activity, 'Response')
  return answers.length > 0 || response === null ? answers : [response]
}

/** Placeholders for attached files; a subtitle like `-  plant.png` with the file as its address gives the name. */
function filesOf (activity: JsonObject) {
  const names = new Map(objectsOf(activity.subtitles).map(({ name, url }) => [stringOf(url), stringOf(name)?.replace(/^-\s+/, '') ?? null]))
  const attached = Array.isArray(activity.attachedFiles) ? activity.attachedFiles.map(stringOf) : []
  const image = stringOf(activity.imageFile)
  const files = [...new Set([image, ...attached])].filter((file) => file !== null)
  return files.map((file) => readMedia({ kind: isImage(file, image) ? 'image' : 'file', pointer: file, name: names.get(file) ?? file }))
}

function isImage (file: string, image: string | null): boolean {
  return file === image || /\.(?:png|jpe?g|gif|webp|heic|bmp|avif)$/i.test(file)
}
