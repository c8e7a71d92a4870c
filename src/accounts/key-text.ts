import { randomBytes } from 'node:crypto'
import { crc32 } from 'node:zlib'

/** The prefix of every API key, so that people and secret scanners recognize it. */
export const KEY_PREFIX = 'parley_'

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const BASE = BigInt(DIGITS.length)
const RANDOM_BYTES = 32
/** Digits of base 62 that hold 32 bytes. */
const BODY_DIGITS = 43
/** Digits of base 62 that hold a CRC-32. */
const CHECK_DIGITS = 6

const KEY = new RegExp(`^${KEY_PREFIX}([0-9A-Za-z]{${BODY_DIGITS}})([0-9A-Za-z]{${CHECK_DIGITS}})$`)

/** Returns a new API key: the prefix, 32 random bytes in base 62, and the CRC-32 of those digits in base 62. */
export function newKey (): string {
  const body = base62(BigInt(`0x${randomBytes(RANDOM_BYTES).toString('hex')}`), BODY_DIGITS)
  return `${KEY_PREFIX}${body}${checkDigits(body)}`
}

/** Whether a text has the form of a key and correct check digits. Any other text needs no query. */
export function isKeyText (text: string): boolean {
  const [, body = '', check] = KEY.exec(text) ?? []
  return check !== undefined && checkDigits(body) === check
}

function checkDigits (body: string) {
  return base62(BigInt(crc32(body)), CHECK_DIGITS)
}

function base62 (value: bigint, digits: number): string {
  let text = ''
  for (let rest = value; text.length < digits; rest /= BASE) text = DIGITS.charAt(Number(rest % BASE)) + text
  return text
}
