import { chooseLanguage, language, languages, t } from '../../i18n/index.js'
import { Choice } from '../../parts/choice.js'
import { choices, preferences } from '../../state/preferences.js'

/** How the page looks on this device. */
export function Appearance () {
  return (
    <>
      {(['theme', 'textSize', 'density'] as const).map((name) => (
        <Choice
          key={name} label={t(`settings.${name}`)} value={preferences[name].value}
          options={orderOf(name).map((value) => ({ value, label: t(`settings.${name}.${value}` as 'settings.theme.light') }))}
          onChoose={(value) => { preferences[name].value = value }}
        />
      ))}
      <Choice
        label={t('settings.language')} value={language.value} options={languages.map(({ code, name }) => ({ value: code, label: name }))}
        onChoose={(code) => { chooseLanguage(code) }}
      />
      <p class='quiet small'>{t('settings.appearanceHint')}</p>
    </>
  )
}

/** Sizes in the order of their size, whatever the default is. */
function orderOf (name: 'theme' | 'textSize' | 'density') {
  return name === 'textSize' ? ['small', 'medium', 'large', 'larger'] as const : choices[name]
}
