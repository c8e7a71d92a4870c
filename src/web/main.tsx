import './styles/index.css'
import { effect } from '@preact/signals'
import { render } from 'preact'
import { account } from './api/session.js'
import { App } from './app.js'
import { loadPreferredLanguage } from './i18n/index.js'
import { followAddress } from './state/address.js'
import { followConnection } from './state/connection.js'
import { clearList, followFilter, followReturn } from './state/conversations.js'
import { listenToKeys } from './state/keyboard.js'
import { followOrigins } from './state/origins.js'
import { applyPreferences } from './state/preferences.js'
import { followSearch } from './state/search.js'
import { startUp } from './state/server.js'
import { followTitle } from './state/title.js'

/* The start of the page: the language and the session first, then everything that follows the address. */

applyPreferences()
followAddress()
followFilter()
followOrigins()
followConnection()
followReturn()
followTitle()
listenToKeys()

const root = document.getElementById('page')
if (!root) throw new Error('index.html has no #page')

await loadPreferredLanguage()
render(<App />, root)

await startUp()

effect(() => { if (account.value === null) clearList() })
effect(() => { if (account.value) followSearchOnce() })

let isFollowing = false
function followSearchOnce () {
  if (isFollowing) return
  isFollowing = true
  followSearch()
}
