/** Keys, tokens, passwords and numbers that identify people or accounts. A title with one would show it in every list. */
const SECRETS = [
  // Social security numbers, cards, and IBANs.
  /\b\d{3}-\d{2}-\d{4}\b/,
  /\b(?:\d[ -]?){13,19}\b/,
  /\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,8}/,
  // Keys of well-known services, signed tokens, and private keys.
  /\b(?:sk|pk|rk)[-_][A-Za-z0-9_-]{16,}|\bgh[pousr]_\w{20,}|\bgithub_pat_\w{20,}|\bglpat-[\w-]{16,}|\bxox[abprs]-[\w-]{10,}|\bAKIA[A-Z0-9]{12,}|\bAIza[\w-]{30,}|\bhf_\w{20,}/,
  /\beyJ[\w-]{10,}\.[\w-]{5,}/,
  /-----BEGIN [A-Z ]{0,30}PRIVATE KEY/,
  // A long run of letters and digits, as hashes and random keys are.
  /(?=[A-Za-z0-9+/=_-]*\d)(?=[A-Za-z0-9+/=_-]*[A-Za-z])(?<![A-Za-z0-9+/=_-])[A-Za-z0-9+/=_]{28,}(?![A-Za-z0-9+/=_-])/,
  // A password that is named as one.
  /(?<![\p{L}\p{N}])(?:password|passwd|passwort|kennwort|mot de passe|contraseña|senha|пароль)\s*(?:[:=]|(?:is|ist|est|es|é|—)\s)\s*\S{3,}/iu,
  /(?<![\p{L}\p{N}])(?:pin|passcode|api[ _-]?key|secret(?:[ _-]key)?|(?:access[ _-]|auth[ _-])?token)\s*(?:[:=]|(?:is|ist|est|es)\s)\s*(?=\S*\d)\S{4,}/iu,
  /(?:密码|密碼|パスワード|비밀번호)\s*(?:[:：=]|是|は|는)\s*\S/u,
  /:\/\/[^\s/:@]+:[^\s/@]+@/
]

/** Whether a text looks as if it has a secret in it. */
export function looksSecret (text: string): boolean {
  return SECRETS.some((pattern) => pattern.test(text))
}
