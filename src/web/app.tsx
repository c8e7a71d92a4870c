import { useEffect } from 'preact/hooks'
import { isReachable } from './api/client.js'
import { account, isExpired } from './api/session.js'
import { t } from './i18n/index.js'
import { Dialog } from './parts/dialog.js'
import { DropZone } from './parts/drop-zone.js'
import { FailureNote } from './parts/failure-note.js'
import { KeyHelp } from './parts/key-help.js'
import { later } from './parts/later.js'
import { Notices } from './parts/notices.js'
import { PageHead } from './parts/page-head.js'
import { Reader } from './screens/reader.js'
import { Side } from './screens/side.js'
import { SignIn, SignInForm } from './screens/sign-in.js'
import { Welcome } from './screens/welcome.js'
import { screen } from './state/address.js'
import { filter, reloadList } from './state/conversations.js'
import { serverConfig, startFailure, startUp } from './state/server.js'
import { reloadTags } from './state/tags.js'

const ImportScreen = later(() => import('./screens/import.js').then((loaded) => loaded.ImportScreen))
const PasswordLink = later(() => import('./screens/password-link.js').then((loaded) => loaded.PasswordLink))
const Settings = later(() => import('./screens/settings/index.js').then((loaded) => loaded.Settings))

/** The page: nothing while it is not known who is there, then a question to sign in, or everything. */
export function App () {
  if (startFailure.value) return <main class='page'><FailureNote title={t('app.unreachable')} failure={startFailure.value} onRetry={startUp} /></main>
  // Whether to sign in or to make the first account depends on what the server offers.
  if (account.value === undefined || serverConfig.value === null) return <p class='visually-hidden' role='status'>{t('common.loading')}</p>
  if (screen.value.name === 'password') return <><PasswordLink /><Notices /></>
  return account.value === null ? <><SignIn /><Notices /></> : <Home />
}

function Home () {
  useEffect(() => { reloadTags() }, [])
  useEffect(() => { reloadList() }, [filter.value])
  const { name } = screen.value
  return (
    <div class='app' data-screen={name}>
      <a class='skip' href='#main' onClick={(event) => { event.preventDefault(); document.getElementById('main')?.focus() }}>{t('app.skip')}</a>
      {!isReachable.value && <p class='offline' role='alert'>{t('app.offline')}</p>}
      <Side />
      <main id='main' tabIndex={-1}><Main /></main>
      <DropZone />
      <KeyHelp />
      {isExpired.value && <Expired />}
      <Notices />
    </div>
  )
}

function Main () {
  const at = screen.value
  switch (at.name) {
    case 'conversation': return <Reader key={at.id} id={at.id} />
    case 'import': return <ImportScreen />
    case 'settings': return <Settings section={at.section} />
    case 'unknown': return <Unknown />
    default: return <Welcome />
  }
}

function Unknown () {
  return (
    <div class='page'>
      <PageHead title={t('app.unknown')} lead={t('app.unknownHint')} />
      <a class='button' href='/'>{t('app.home')}</a>
    </div>
  )
}

/** Asks to sign in again, above the page as it is, so that nothing typed is lost. */
function Expired () {
  return (
    <Dialog title={t('sign.expiredTitle')} isHeld onClose={() => {}}>
      <p>{t('sign.expiredText')}</p>
      <SignInForm email={account.value?.email ?? ''} />
    </Dialog>
  )
}
