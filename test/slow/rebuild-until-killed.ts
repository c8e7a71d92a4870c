import { editMessage } from '../../src/messages/commands.js'
import { prepareSearch, rebuildSearch } from '../../src/search/index/commands.js'
import { openDatabase } from '../../src/writer/database.js'
import * as commandModule from './kill-at-step.js'

/*
 * A process of its own that makes the search index of a database again, until it is complete or the process is killed. It edits
 * messages meanwhile, so that the writer commits single steps. Arguments: the file, and the id of the conversation that is edited.
 */

const USER = 1
const [path = '', conversationId = ''] = process.argv.slice(2)
const database = await openDatabase(path, commandModule, (error) => { throw error })
await prepareSearch(database.writer)

const progress = { isComplete: false }
const rebuild = rebuildSearch(database.writer).finally(() => { progress.isComplete = true })
for (let n = 0; !progress.isComplete; n++) {
  await editMessage(database.writer, { userNo: USER, conversationId, messageId: 'first', edit: { text: `fresh tram number${n}` }, now: Date.now() })
}
await rebuild
await database.close()
