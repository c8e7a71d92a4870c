import type { ComponentChildren } from 'preact'
import { t } from '../i18n/index.js'

/** The frame of the screens in front of the page, for who is not signed in. */
export function FrontCard ({ title, children }: { title: string, children: ComponentChildren }) {
  return (
    <main class='front' id='main'>
      <div class='front-card'>
        <p class='front-brand'><img src='/icon.svg' alt='' width='40' height='40' /><span>Parley<small>{t('sign.tagline')}</small></span></p>
        <h1>{title}</h1>
        {children}
      </div>
    </main>
  )
}
