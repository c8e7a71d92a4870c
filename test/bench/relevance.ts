import { randomUUID } from 'node:crypto'
import { commands } from '../../src/commands.js'
import { createAccount } from '../../src/accounts/user-commands.js'
import type { ListQuery } from '../../src/conversations/list-shape.js'
import { rowJson } from '../../src/conversations/list-row.js'
import { renameConversation } from '../../src/conversations/commands.js'
import { openWriter } from '../../src/db/open.js'
import { saveMessage } from '../../src/messages/save.js'
import { bestConversations } from '../../src/search/find/best-conversations.js'
import { mergeSearch } from '../../src/search/index/commands.js'
import { inlineWriter } from '../../src/writer/inline.js'
import { random } from './data.js'
import { percentile, result, type Result } from './report.js'

const CONVERSATIONS = 2000
const QUESTIONS = 300
const next = random(23)
const pick = (list: readonly string[]) => list[Math.floor(next() * list.length)] ?? ''

/** What people talk about in a language: things, what is done with them, and sentences around both. `T` and `A` stand for them. */
interface Speech { things: string[], actions: string[], openings: string[], answers: string[], questions: string[] }

const list = (text: string) => text.split(' ')

const speeches: Speech[] = [{
  things: list('bicycle sourdough router garden passport guitar mortgage tomato kayak printer telescope beehive violin chimney database dishwasher tent wardrobe camera podcast'),
  actions: list('repair insure sell move paint clean explain compare schedule photograph measure translate upgrade freeze ship sharpen restore name budget inspect'),
  openings: ['Can you help me to A my T before the weekend?', 'I would like to A the T, where do I begin?', 'My neighbour wants to A an old T and asked me about it.'],
  answers: ['Of course. Before you A the T, check that you have everything you need and take your time.', 'To A a T is easier than it looks. Start small, and write down what you change.'],
  questions: ['what did I ask about how to A the T', 'where was it that we talked about my T and how to A it', 'which of these was the one about the T that I wanted to A', 'the T thing, A']
}, {
  things: list('Fahrrad Sauerteig Drucker Garten Reisepass Gitarre Darlehen Tomate Paddelboot Fernrohr Bienenstock Geige Schornstein Datenbank Zelt Kleiderschrank Kamera'),
  actions: list('reparieren versichern verkaufen umziehen streichen reinigen vergleichen planen fotografieren vermessen übersetzen einfrieren verschicken schärfen restaurieren benennen prüfen'),
  openings: ['Wie kann ich das T vor dem Wochenende A?', 'Ich möchte mein T A, womit soll ich beginnen?', 'Meine Nachbarin will ein altes T A und hat mich gefragt.'],
  answers: ['Gern. Bevor Sie das T A, sollten Sie alles bereitlegen und sich Zeit nehmen.', 'Ein T zu A ist leichter als gedacht. Fangen Sie klein an und schreiben Sie alles auf.'],
  questions: ['was habe ich über das T gefragt und wie kann man es A', 'wo ging es darum ein T zu A', 'welche Unterhaltung war das mit dem T das ich A wollte']
}, {
  things: list('vélo levain imprimante jardin passeport guitare hypothèque tomate tente télescope ruche violon cheminée armoire caméra'),
  actions: list('réparer assurer vendre déménager peindre nettoyer comparer photographier mesurer traduire congeler expédier aiguiser restaurer vérifier'),
  openings: ['Comment puis-je A mon T avant le week-end ?', 'Je voudrais A le T, par où commencer ?'],
  answers: ['Bien sûr. Avant de A le T, préparez tout ce qu\'il faut et prenez votre temps.', 'A un T est plus simple que l\'on croit, commencez doucement.'],
  questions: ['qu\'est-ce que j\'ai demandé pour A le T', 'où avons-nous parlé du T que je voulais A']
}, {
  things: list('自行车 面包 打印机 花园 护照 吉他 贷款 番茄 皮划艇 望远镜 蜂箱 小提琴 烟囱 数据库 帐篷 衣柜 相机'),
  actions: list('修理 投保 出售 搬运 油漆 清洁 比较 安排 拍摄 测量 翻译 升级 冷冻 寄送 打磨 修复 检查'),
  openings: ['我想在周末之前A我的T，应该怎么做？', '请告诉我怎样A旧的T。'],
  answers: ['好的。A T之前，请先准备好工具，慢慢来。', 'A T并不难，先从小处开始。'],
  questions: ['我 问 过 怎么 A T', '关于 T 的 A']
}]

/** Small talk that says nothing, in every language, so that common words are common. */
const fillers = [
  'By the way, thank you for the last answer, it was what I needed and I have told others about it.',
  'Übrigens vielen Dank für die letzte Antwort, das war genau was ich brauchte und ich habe es weitererzählt.',
  'Au fait, merci pour la dernière réponse, c\'était ce que je voulais et je l\'ai dit aux autres.',
  '顺便说一下，谢谢你上次的回答，我已经告诉别人了。'
]

const filled = (template: string, thing: string, action: string) => template.replaceAll('T', () => thing).replaceAll('A', () => action)

/**
 * Asks 300 questions in four languages about 2,000 generated conversations. Each pair of a thing and an action is the subject of one
 * conversation, and is mentioned in passing in others. Nothing is downloaded.
 */
export default async function relevance (): Promise<Result[]> {
  const db = openWriter(':memory:')
  const writer = inlineWriter(db, commands)
  await createAccount(writer, { id: 'ada', email: 'ada@example.test', username: '', name: '', passwordHash: null, isOpen: true, now: 1 })
  const pairs = speeches.flatMap((speech, language) => speech.things.flatMap((thing) => speech.actions.map((action) => ({ speech, language, thing, action }))))
  const subjects = pairs.map((pair) => ({ ...pair, order: next() })).sort((a, b) => a.order - b.order)
  const ids: string[] = []
  for (let n = 0; n < CONVERSATIONS; n++) {
    const { speech, language, thing, action } = subjects[n % subjects.length] ?? { speech: speeches[0], language: 0, thing: '', action: '' }
    if (!speech) continue
    // Every pair has one conversation. Further ones are small talk that mentions a thing and, in another message, an action.
    const isSubject = n < subjects.length
    const conversationId = randomUUID()
    const save = (text: string, isCreatedByUser: boolean) => saveMessage(writer, { userNo: 1, conversationId, now: n, message: { messageId: randomUUID(), text, isCreatedByUser } })
    const passing = `${pick(speech.things)}. ${fillers[language]} ${pick(speech.actions)}.`
    if (isSubject) await save(filled(pick(speech.openings), thing, action), true)
    await save(`${isSubject ? filled(pick(speech.answers), thing, action) : fillers[language]} ${passing}`, false)
    await save(`${fillers[language]} ${pick(speech.things)}`, true)
    await renameConversation(writer, { userNo: 1, conversationId, title: n % 3 === 0 ? 'New Chat' : fillers[language]?.slice(0, 24) ?? '', now: n })
    if (isSubject) ids.push(conversationId)
  }
  // As housekeeping does. A search reads each segment, and each save leaves one.
  await mergeSearch(writer)
  const query: ListQuery = { isArchived: null, pinned: false, tags: [], sortBy: 'updatedAt', sortDirection: 'desc', limit: 10, match: 'any' }
  const times: number[] = []
  const ranks = Array.from({ length: QUESTIONS }, () => {
    const n = Math.floor(next() * ids.length)
    const subject = subjects[n]
    const start = performance.now()
    const search = subject ? filled(pick(subject.speech.questions), subject.thing, subject.action) : ''
    const { rows } = bestConversations(db, 1, { ...query, search })
    times.push(performance.now() - start)
    return rows.findIndex((row) => JSON.parse(rowJson(row)).conversationId === ids[n])
  })
  await writer.close()
  const recall = (most: number) => ranks.filter((rank) => rank >= 0 && rank < most).length / QUESTIONS
  return [
    result([recall(10)], { what: `${QUESTIONS} questions over ${CONVERSATIONS} conversations, recall at 10`, atLeast: 0.9 }),
    result([recall(1)], { what: `${QUESTIONS} questions over ${CONVERSATIONS} conversations, recall at 1`, atLeast: 0.6 }),
    result([percentile(times, 0.99)], { what: 'a question, p99', unit: 'ms' })
  ]
}
