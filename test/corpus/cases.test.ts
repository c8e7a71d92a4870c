import { existsSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { DomainError } from '../../src/errors.js'
import type { ImportEntry, ReadyConversation } from '../../src/formats/kit/draft.js'
import { entriesIn, outlineOf } from '../src/formats/outline.js'
import { caseFiles, casesFolder } from './cases.js'

/** What a file must give. */
interface Expected {
  /** Each conversation: its title, and its visible texts in the order of the tree. */
  chats?: Array<[title: string, ...texts: string[]]>
  /** How many conversations there are, where they are too many to list. */
  count?: number
  /** What must stand somewhere in the conversations or the list of what was not read. */
  has?: string[]
  /** What must not stand in any visible text or title. */
  hides?: string[]
  /** What must stand in the outline of the conversations: facts, times, branches (`2<1` is message 2 below message 1). */
  outline?: Array<string | RegExp>
  /** What the refusal says. */
  refused?: RegExp
}

const bread: NonNullable<Expected['chats']> = [['Bread', 'How to bake?', 'Mix.']]
const oneChat: NonNullable<Expected['chats']> = [['Chat 1', 'text 1 0', 'text 1 1']]

const table: Record<string, Expected> = {
  'generic/counter-message-ids.json': { chats: [['Bread', 'How to bake?', 'Mix.'], ['Cars', 'Fast?', 'Red one.'], ['Tea', 'Green?', 'Yes.']] },
  'generic/counter-a.json': { chats: bread },
  'generic/counter-b.json': { chats: [['Cars', 'Fast?', 'Red one.']] },
  'generic/betterchatgpt-ids.json': { chats: [['A', 'Hi'], ['B', 'Bye']] },
  'generic/day-dates.json': { chats: [['A', 'Summarize', 'one'], ['B', 'Summarize', 'two']], outline: ['"A" (generic, openAI, no model, 2026-01-01T', '"B" (generic, openAI, no model, 2026-01-01T'] },
  't3chat/export.json': { chats: [['Bread', 'How to bake?', 'Mix.'], ['Cars', 'Fast car?', 'Red one.']], has: ['"think":"hm"', 'gpt-5.2-instant', 'claude-4.5-opus'], outline: ['"Bread" (message-rows, openAI, gpt-5.2-instant, 2026-01-01T00:00:00.000Z)', /"Cars" \(message-rows, openAI, claude-4\.5-opus/] },
  'jan/messages-array.json': { chats: [['How to bake?', 'How to bake?', 'Mix.']], outline: ['2026-01-01'] },
  'jan/messages.jsonl': { chats: [['How to bake?', 'How to bake?', 'Mix.']], outline: ['2026-01-01'] },
  'openai/responses.json': { chats: [['Hi', 'Hi', 'Hello']], has: ['gpt-5.2'], outline: ['1<0'] },
  'openai/responses-messages.json': { chats: [['Hi', 'Hi', 'Hello']] },
  'openai/finetune.jsonl': { chats: [['Q1', 'Q1', 'A1'], ['Q2', 'Q2', 'A2'], ['Q3', 'Q3', 'A3']] },
  'anythingllm/chats.jsonl': { chats: [['How to bake?', 'How to bake?', 'Mix.']], hides: ['You help'] },
  'anythingllm/chats.json': { chats: [['Home', 'How to bake?', 'Mix.', 'More?', 'Stir.']] },
  'exporters/history-key.json': { chats: [['x', 'Hi', 'Hello']] },
  'exporters/conversation-key.json': { chats: [['x', 'Hi', 'Hello']] },
  'exporters/local-time.json': { chats: [['x', 'Hi', 'Hello']], outline: ['2026-01-01T'] },
  'exporters/amp.json': { chats: [['T1', 'Q1', 'A1'], ['T2', 'Q2', 'A2']] },
  'exporters/chatgpt-tool-messages-array.json': { chats: [['Old top-level messages', 'Hi']] },
  'exporters/prompt-response.json': { chats: [['Hi', 'Hi', 'Hello']] },
  'exporters/gemini-web-cli-shape.json': { chats: [['Weather', 'Weather tomorrow?', 'Sunny.']], has: ['2.5 Flash'], outline: ['2025-07-24T08:19:17.000Z'] },
  'exporters/chatgpt-exporter-ext.json': { chats: bread, hides: ['example.org'], outline: ['2026-01-02T'] },
  'sharegpt/sharegpt.json': { chats: [['Hi', 'Hi', 'Hello']] },
  'sillytavern/chat.jsonl': { chats: [['Baker', 'Welcome', 'How to bake?', 'Mix.', 'Stir.']], has: ['"think":"hm"', 'gpt-4o'], outline: ['2<1 Baker: "Mix."', '3<1 Baker: "Stir."'] },
  'cai/chat.json': { chats: [['Baker', 'How?']], outline: ['0 user: "How?"'] },
  'meta/your_ai_conversations.json': { chats: [['Recipes', 'What should I cook?', 'Dal']], outline: ['2025-01-01T'] },
  'alpaca/alpaca.json': { refused: /docs\/import\.md/ },
  'har/capture.har': { refused: /"log"/ },
  'markdown/chat.md': { refused: /text of some other kind/ },
  'qwen/export.json': { chats: [['Bread', 'How to bake?', 'Mix flour.']], has: ['"think":"thinking about bread"', 'qwen3-max'], outline: ['2026-01-01T'] },
  'mistral/reasoning.json': { chats: [['Why is the sky blue?', 'Why is the sky blue?', 'Because of scattering.']], has: ['secretthought'], hides: ['secretthought'], outline: [/think: ".*secretthought\."/] },
  'chatgpt/deep-research-widget.json': { has: ['zanzibarword', 'api_tool.call_tool'], hides: ['report_message', 'latest state of the widget'], outline: ['2<1 GPT-5-2-thinking: "# Lighthouses'] },
  'chatgpt/deep-research-widget-visible.json': { has: ['zanzibarword'], hides: ['report_message', 'latest state of the widget'] },
  'chatgpt/deep-research-2025.json': { has: ['Looking for tests of heat pumps', 'example.org/test'], outline: ['5<4'] },
  'chatgpt/image-gen.json': { chats: [['A cat picture', 'Draw a cat', '[image]', 'Now a dog', '[image]', 'Here is the dog.']], has: ['a cat on a sofa'], hides: ['do not say or show ANYTHING', 'displayed 1 images'] },
  'chatgpt/canvas-bio.json': { has: ['quixoticleaf', 'brambleword', '"promptPrefix":"Answer shortly"'], hides: ['Model set context updated.', 'Successfully created', 'Successfully updated', 'Answer shortly'] },
  'chatgpt/new-marks.json': { has: ['Runner X', 'https://shop.example/x', 'Acme', 'Old draft'], hides: ['turn0product1', '\ue200', '\ue201'] },
  'chatgpt/pairing-attach.json': { has: ['plant.jpg', 'report.pdf', 'Pasted text.txt'], hides: ['[app_pairing_content]', 'You are helping'] },
  'chatgpt/project.json': { chats: [['In a project', 'q', 'a']], has: ['"isArchived":true', '"tags":["Project 68a0"]'], outline: ['archived, tag Project 68a0'] },
  'chatgpt/voice.json': { has: ['zebra question', 'zebra answer', '[audio]'] },
  'chatgpt/group_chats.json': { chats: [['Trip', 'Where do we go?', 'To Bern']] },
  'claude/old-messages-key.json': { chats: [['Old key', 'Hello', 'Hi']], has: ['"endpoint":"anthropic"'], outline: ['anthropic, no model, 2024-01-01T', '0 user: "Hello"'] },
  'claude/api-shape.json': { chats: [['API shape', 'Hi', 'Hello']], has: ['"tags":["Garden"]', '"pinned":true'], outline: ['claude-opus-4-5-20251101, 2026-01-18T10:00:00.000Z, pinned, tag Garden'] },
  'claude/created-files.json': { has: ['walrusword', 'marmotword', 'badgerword', 'Planning the page'], outline: ['think: "Planning the page"'] },
  'claude/null-parents-root.json': { chats: [['Branches', 'first', 'answer 1', 'answer 2', 'first edited']], outline: ['1<0', '2<0', '  3 user: "first edited"'] },
  'takeout/threads-by-url.json': {
    chats: [
      ['Bread a day before', 'Bread a day before', 'Earlier bread', 'About bread', 'Bread', 'Second about bread', 'More bread'],
      ['About cars', 'About cars', 'Cars']
    ]
  },
  'takeout/details-text.json': { has: ['User prompt here', 'Gemini response here', 'The prompt in the text field', 'Answer'], hides: ['Used Gemini Apps', 'Prompted'], outline: ['2024-02-17T', '1<0 Gemini: "Gemini response here"'] },
  'takeout/lang-de.json': { chats: [['Wie backt man Brot', 'Wie backt man Brot', 'So']] },
  'takeout/lang-es.json': { chats: [['Wie backt man Brot', 'Wie backt man Brot', 'So']] },
  'takeout/lang-it.json': { chats: [['Wie backt man Brot', 'Wie backt man Brot', 'So']] },
  'takeout/lang-ja.json': { chats: [['Wie backt man Brot', 'Wie backt man Brot', 'So']] },
  'takeout/lang-nl.json': { chats: [['Wie backt man Brot', 'Wie backt man Brot', 'So']] },
  'takeout/lang-pt.json': { chats: [['Wie backt man Brot', 'Wie backt man Brot', 'So']] },
  'takeout/lang-sl.json': { chats: [['Wie backt man Brot', 'Wie backt man Brot', 'So']] },
  'takeout/verbs.json': { has: ['How to bake bread', 'What size?', 'activities that are no prompts'], hides: ['Branched ', 'Answered ', 'Prompted', 'feedback'] },
  'takeout-html/MyActivity.html': { chats: [['How do I bake bread?', 'How do I bake bread?', 'Mix **flour**.']], outline: ['2026-05-02T08:10:00.000Z'] },
  'grok/new.json': { has: ['Look at this', 'Done'], hides: ['<grok:render'], outline: ['"Grok build"', 'grok-4', '[file]', '[image]'] },
  'deepseek/new-fragments.json': { has: ['Read it', 'a.pdf'], hides: ['AI generated'], outline: ['"DS"', '2026-08-01T02:00:00.000Z', 'think: "thoughts"', 'think: "more thoughts"'] },
  'openwebui/modern.json': { has: ['Use flour.', 'Knead it.', 'Thanks', 'found flour', '"tags":["cooking"]'], outline: ['"Modern"', 'pinned, tag cooking', '1<0', '2<0 claude: "Knead it."', '3<2 user: "Thanks"', 'call search_web'] },
  'lobechat/dump.json': { has: ['Bread?', 'Mix.', 'Second sibling.', 'Group supervisor text'], outline: ['"Bread"'] },
  'perplexity/official.json': { chats: [['Best tea', 'Best tea?', 'Green [1].', 'And coffee?', 'Also fine.']], outline: ['2026-07-01T08:00:00.000Z'] },
  'copilot/copilot-activity-history.csv': { chats: [['Bread', 'How to bake?', 'Mix flour,\nwater']], outline: ['2026-07-26T'] },
  'vscode/chat.json': { has: ['Explain this', 'It prints one.', 'Done.', 'copilot_readFile', 'claude-sonnet-4.5'], outline: ['1<0 GitHub Copilot: "It prints one.', '2026-01-01T', 'call copilot_readFile'] },
  'claude-code/session.jsonl': { chats: [['Fix the parser', 'Fix the parser', 'Fixed.']], has: ['I should look', 'print(1)', 'claude-opus-4-6', '"cwd":"/home/me/proj"', '"gitBranch":"main"'], outline: ['anthropic, claude-opus-4-6, 2026-02-01T10:00:00.000Z', 'call Read {"file_path":"/home/me/proj/a.py"} -> print(1)'] },
  'claude-code/session-as-array.json': { chats: [['Fix the parser', 'Fix the parser', 'Fixed.']] },
  'codex/rollout.jsonl': { chats: [['Run the tests', 'Run the tests', 'All green.']], has: ['"output":"ok"'], hides: ['environment_context'], outline: ['2026-02-01T10:00:00.000Z', 'call shell'] },
  'gemini-cli/session.json': { chats: [['What is 2+2?', 'What is 2+2?', 'Four']], has: ['adding', 'read_file', 'gemini-3-pro'], hides: ['Update available'], outline: ['1<0 Gemini: "Four"'] },
  'gemini-cli/session.jsonl': { chats: [['What is 2+2?', 'What is 2+2?', 'Four', 'Wrong question', 'Wrong answer', 'And 3+3?', 'Six']], has: ['"output":"4"'], outline: ['4<1 user: "And 3+3?"', 'call calc'] },
  'gemini-cli/checkpoint.json': { chats: [['Setup context', 'Setup context', 'Got it', 'Real question', 'Real answer']], has: ['"think":"thinking"', '"output":"a b"'], outline: ['call ls {} -> a b'] },
  'librechat/mongo-messages.json': { chats: [['Hi', 'Hi', 'Hello'], ['Other', 'Other']], outline: ['gpt-4o, 2026-01-01T10:00:00.000Z'] },
  'librechat/mongo-messages.jsonl': { chats: [['Hi', 'Hi', 'Hello']] },
  'librechat/pasted-behind.json': { chats: [['One', 'First?', 'Yes, first.'], ['Two', 'Second?', 'Yes, second.']] },
  'librechat/convos-mongo.json': { refused: /without the messages/ },
  'librechat/agent-content.json': { has: ['capybaraword', 'lynxword', 'Found ibexword.'] },
  'nextchat/backup.json': { chats: [['Bread talk', 'How to bake?', 'Mix.']], hides: ['sk-fake'], outline: ['2025-09-22T'] },
  'bigagi/v1.json': { chats: [['My bread', 'How to bake?', 'Mix.']], has: ['gpt-4'] },
  'bigagi/v2.json': { chats: [['My bread', 'How to bake?', 'Mix.']], has: ['"think":"hm"', 'gpt-5.2'] },
  'chatbox/new.json': { chats: bread, has: ['"think":"hm"', '"promptPrefix":"You help"'] },
  'chatbox/session-content.json': { chats: [['Bread', 'How to bake?', 'Mix.'], ['Cars', 'Fast?', 'Red.']] },
  'chatbox/old.json': { chats: bread },
  'cherry/data.json': { chats: bread, has: ['"think":"hm"', 'gpt-5.2'], hides: ['sk-fake'], outline: ['gpt-5.2, 2026-01-01T10:00:00.000Z'] },
  'cherry/old-data.json': { has: ['How to bake?', '"think":"hm"', 'Fast?', 'Red.'] },
  'openrouter/orpg3.json': { chats: [['Hi there', 'Hi', 'Hello']], has: ['"think":"hmm"', 'claude-opus-4.6'], outline: ['2026-06-03T01:02:03.000Z'] },
  'lmstudio/1767225600000.conversation.json': { chats: [['Bread', 'How to bake?', 'Mix.', 'Second version.']], has: ['"think":"hm"', 'qwen3-8b'], outline: ['1<0 qwen3-8b: "Mix."', '2<0', '2026-01-01T'] },
  'zip/jan-threads.zip': { refused: /thread\.json/ },
  'zip/aistudio-noext.zip': { chats: [['Bread recipe', 'Hi', 'Hello'], ['Car talk', 'Hi', 'Hello']] },
  'zip/aistudio-json.zip': { has: ['"title":"Bread recipe"', '"title":"Car talk"'] },
  'zip/aistudio-mixed.zip': { has: ['"title":"Bread recipe"', '"title":"Car talk"'] },
  'zip/my-backups.zip': { has: ['"title":"Chat 1"', '"title":"Claude chat"', '"title":"Grok chat"', '"title":"OWUI"'] },
  'zip/top-and-nested.zip': { has: ['"title":"Chat 1"', '"title":"Chat 77"'] },
  'zip/nested-2-levels.zip': { chats: oneChat },
  'zip/backslash.zip': { chats: oneChat },
  'zip/portal-nested.zip': { chats: oneChat, has: ['archive of 0 bytes'] },
  'zip/portal-nested2.zip': { chats: oneChat },
  'zip/portal-emptyzip.zip': { chats: [['t', 'hi']] },
  'zip/portal-imgzip.zip': { chats: [['t', 'hi']] },
  'zip/portal-two.zip': { chats: [['t', 'hi'], ['t', 'hi']] },
  'zip/shards50.zip': { count: 500 },
  'zip/chatgpt-assets.zip': { chats: oneChat, has: ['group_chats.json'] },
  'zip/claude-projects.zip': { chats: [['Claude chat', 'hi']], has: ['"tags":["Garden"]', 'projects/p1.json', 'memories.json'], hides: ['walnutdoc', 'likes tea'] },
  'zip/takeout-html.zip': { chats: [], outline: ['Gemini Apps'] },
  'zip/takeout.tgz': { chats: [['hi', 'hi', 'ok']], outline: ['1<0 Gemini: "ok"'] },
  'zip/plain.tar': { chats: oneChat },
  'zip/conversations.json.gz': { chats: oneChat },
  'zip/doc.docx': { refused: /Office/ },
  'zip/perplexity.xlsx': { refused: /Office/ },
  'zip/images-only.zip': { refused: /no chat history/ },
  'zip/shards-one-cut.zip': { refused: /conversations-00\d\.json/ },
  'zip/encrypted.zip': { refused: /password/ },
  'zip/truncated.zip': { refused: /not complete/ },
  'zip/streamed.zip': { chats: oneChat },
  'zip/macos.zip': { chats: oneChat },
  'zip/uppercase.zip': { chats: oneChat },
  'zip/renamed-copy.zip': { chats: oneChat },
  'zip/takeout-greek.zip': { chats: [['hi', 'hi', 'ok']] },
  'misc/utf16le-nobom.json': { refused: /UTF-16\. Save it as UTF-8/ },
  'misc/latin1.json': { refused: /not UTF-8.*Save the file as UTF-8/ },
  'misc/bom16le.json': { refused: /UTF-16/ },
  'misc/bom8.json': { has: ['é'] },
  'misc/trailing-comma.json': { refused: /at byte \d+\. Download/ },
  'misc/nan.json': { refused: /not valid JSON/ },
  'misc/zero.json': { refused: /empty\. Download/ },
  'misc/x.pdf': { refused: /PDF/ },
  'misc/chat.html': { refused: /web page/ },
  'neighbours/claude-memories.json': { refused: /Claude remembers/ },
  'neighbours/claude-projects-file.json': { refused: /projects of a Claude export/ },
  'neighbours/chatgpt-user.json': { refused: /account profile/ },
  'neighbours/chatgpt-export_manifest.json': { refused: /manifest of a ChatGPT export/ },
  'neighbours/youtube-activity.json': { chats: [], outline: ['None of its activities is of Gemini Apps'] },
  'neighbours/claude-memories-2026.json': { refused: /Claude remembers/ },
  'neighbours/chatgpt-sora.json': { refused: /Sora/ },
  'neighbours/chatgpt-shopping.json': { refused: /shopping/ },
  'neighbours/chatgpt-tool_messages.json': { refused: /messages of tools/ },
  'neighbours/grok-auth.json': { refused: /Grok/ },
  'neighbours/openwebui-models.json': { refused: /Open WebUI/ },
  'neighbours/openwebui-prompts.json': { refused: /prompts of Open WebUI/ },
  'neighbours/librechat-preset.json': { refused: /preset of LibreChat/ },
  'neighbours/takeout-gems.json': { refused: /Gem/ },
  'neighbours/discord.json': { refused: /docs\/import\.md/ },
  'neighbours/slack.json': { refused: /docs\/import\.md/ },
  'neighbours/telegram.json': { refused: /docs\/import\.md/ }
}

if (!existsSync(casesFolder)) {
  t.pass('the cases are absent: ../shared/cases')
} else {
  t.test('every case is checked', async (t) => {
    t.strictSame(caseFiles().filter((file) => !(file in table)), [])
  })

  for (const [file, expected] of Object.entries(table)) {
    t.test(file, async (t) => {
      const { entries, refusal } = await outcome(t, join(casesFolder, file))
      if (expected.refused !== undefined) {
        t.match(refusal, /\.$/, 'the refusal is a sentence')
        return t.match(refusal, expected.refused, 'the refusal says what it is')
      }
      t.equal(refusal, null)
      const chats = entries.flatMap((entry) => entry.kind === 'conversation' ? [entry.conversation] : [])
      if (expected.count !== undefined) t.equal(chats.length, expected.count)
      if (expected.chats !== undefined) t.strictSame(chats.map(shown), expected.chats)
      const stored = JSON.stringify(entries)
      for (const text of expected.has ?? []) t.ok(stored.includes(text.startsWith('"') ? text : JSON.stringify(text).slice(1, -1)), `has ${text}`)
      const visible = JSON.stringify(chats.map(shown))
      for (const text of expected.hides ?? []) t.notOk(visible.includes(text), `does not show ${text}`)
      const outline = outlineOf(entries).join('\n')
      for (const part of expected.outline ?? []) t.ok(typeof part === 'string' ? outline.includes(part) : part.test(outline), `${String(part)} in\n${outline}`)
    })
  }
}

async function outcome (t: Parameters<typeof entriesIn>[0], path: string): Promise<{ entries: ImportEntry[], refusal: string | null }> {
  try {
    const { entries } = await entriesIn(t, path)
    return { entries, refusal: null }
  } catch (error) {
    if (!(error instanceof DomainError)) throw error
    return { entries: [], refusal: error.message }
  }
}

function shown ({ title, messages }: ReadyConversation): string[] {
  return [title, ...messages.map(({ body }) => body.text)]
}
