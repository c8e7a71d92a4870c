import type { ComponentType } from 'preact'
import { t, type TextKey } from '../../i18n/index.js'
import { PageHead } from '../../parts/page-head.js'
import { About } from './about.js'
import { AccountSettings } from './account.js'
import { Appearance } from './appearance.js'
import { Keys } from './keys.js'
import { Security } from './security.js'
import { ServerStateSection } from './server-state.js'
import { Users } from './users.js'
import { account } from '../../api/session.js'

interface Section { name: string, title: TextKey, View: ComponentType, isForAdmins?: true }

/** The sections in their order; one more is one line here and one file beside this. */
const sections: Section[] = [
  { name: 'appearance', title: 'settings.appearance', View: Appearance },
  { name: 'account', title: 'settings.account', View: AccountSettings },
  { name: 'security', title: 'settings.security', View: Security },
  { name: 'keys', title: 'settings.keys', View: Keys },
  { name: 'users', title: 'settings.users', View: Users, isForAdmins: true },
  { name: 'server', title: 'settings.server', View: ServerStateSection, isForAdmins: true },
  { name: 'about', title: 'settings.about', View: About }
]

/** The settings, a section at a time. */
export function Settings ({ section }: { section: string | null }) {
  const shown = sections.filter(({ isForAdmins }) => !isForAdmins || account.value?.role === 'ADMIN')
  const current = shown.find(({ name }) => name === section) ?? shown[0]
  if (!current) return null
  const { View } = current
  return (
    <div class='page settings'>
      <PageHead title={t('settings.title')} />
      <nav class='settings-nav' aria-label={t('settings.title')}>
        {shown.map(({ name, title }) => <a key={name} href={`/settings/${name}`} aria-current={current.name === name ? 'page' : undefined}>{t(title)}</a>)}
      </nav>
      <section class='settings-section' aria-labelledby='settings-heading'>
        <h2 id='settings-heading' class='visually-hidden'>{t(current.title)}</h2>
        <View />
      </section>
    </div>
  )
}
