import { useSignal } from '@preact/signals'
import { api, result } from '../../api/client.js'
import { endSession } from '../../api/session.js'
import { t } from '../../i18n/index.js'
import { Dialog } from '../../parts/dialog.js'
import { Field, Form } from '../../parts/form.js'
import { go } from '../../state/address.js'
import { loadServerConfig } from '../../state/server.js'
import { PasswordProof } from './password-proof.js'

/** The last question: the address has to be typed, so that no slip deletes everything. */
export function DeleteAccount ({ email, onClose, onExport }: { email: string, onClose (): void, onExport (): void }) {
  const typed = useSignal('')
  async function remove (form: FormData) {
    const password = String(form.get('password'))
    await result(api.DELETE('/api/user/delete', { body: password === '' ? {} : { password } }))
    // Who was the last one leaves a server that takes a first account again.
    await loadServerConfig()
    endSession()
    go('/')
  }
  return (
    <Dialog title={t('settings.deleteAccount')} onClose={onClose}>
      <p>{t('settings.deleteAccountHint')}</p>
      <button type='button' class='link-button' onClick={onExport}>{t('settings.exportFirst')}</button>
      <Form action={t('common.delete')} isDanger isReady={typed.value === email} onSend={remove} onCancel={onClose}>
        <Field
          name='email' type='text' label={t('settings.deleteAccountConfirm', { email })} autoComplete='off' isFocused
          onType={(text) => { typed.value = text }}
        />
        <PasswordProof />
      </Form>
    </Dialog>
  )
}
