import type { Sidecar } from '../kit/draft.js'
import { isObject } from '../kit/json-value.js'

const take = 'an export of chats from Open WebUI'

/** What people find beside their history of Open WebUI and pick by mistake. */
export const openWebUiSidecars: readonly Sidecar[] = [
  {
    what: 'a model of Open WebUI, or a list of them, without chats',
    take,
    matches: ({ id, name, info, meta, params, base_model_id: base }) => typeof id === 'string' && typeof name === 'string' &&
      ((isObject(info) && isObject(info.params)) || (isObject(params) && isObject(meta)) || base !== undefined)
  },
  {
    what: 'the prompts of Open WebUI, without chats',
    take,
    matches: ({ command, content }) => typeof command === 'string' && command.startsWith('/') && typeof content === 'string'
  }
]
