import { hashText } from './fast-hash.js'
import type { Masking, MaskingRun } from './masking.js'
import { leafKind } from './masking-value.js'

const DIGITS = '0123456789'
const UPPER_LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'
const LOWER_LETTERS = 'abcdefghijklmnopqrstuvwxyz'
/** What stands in the place of a number or a boolean where texts are crossed out. */
const CROSSED_OUT = 'xxxx'
/** Words, and what is between them, in a text of one character a byte. */
const WORD_OR_GAP = /([A-Za-z0-9_-]+)|[^A-Za-z0-9_-]/g

/** `randomString`: the hash of a text, as long as the text was or 12 characters; only texts change. */
export const maskRandomString: Masking = (value, { seed }) =>
  typeof value === 'string' ? randomString(value, seed) : value

/** The hash text of a text, repeated and cut to as many characters as the text has bytes. */
export function randomString(text: string, seed: bigint): string {
  const bytes = Buffer.from(text)
  const hash = hashText(bytes, seed)
  if (bytes.length <= hash.length) return hash
  return hash.repeat(Math.ceil(bytes.length / hash.length)).slice(0, bytes.length)
}

/** Options of `xifyFront`. */
export interface XifyFrontOptions {
  /** Characters at the end of each word that stay. */
  readonly unmaskedLength: number
  /** Appends a hash of the text, so that different texts stay different. */
  readonly hash: boolean
  /** Seed of that hash; 0 for that of the run. */
  readonly seed: bigint
}

/** `xifyFront`: crosses out the beginnings of words; all bytes that are of no word become blanks. */
export function createXifyFront({ unmaskedLength, hash, seed }: XifyFrontOptions): Masking {
  return (value, run) => {
    if (typeof value !== 'string') return leafKind(value) === 'null' ? null : CROSSED_OUT
    const bytes = Buffer.from(value)
    const crossed = bytes.toString('latin1').replace(WORD_OR_GAP, (gap, word?: string) => {
      if (word === undefined) return ' '
      const crossedOut = Math.max(0, word.length - unmaskedLength)
      return 'x'.repeat(crossedOut) + gap.slice(crossedOut)
    })
    return hash ? `${crossed} ${hashText(bytes, seed === 0n ? run.seed : seed)}` : crossed
  }
}

/** `zip` and `phone`: random digits and letters in place of others; `fallback` for what is no text. */
export function createShapeMasking(fallback: string): Masking {
  return (value, run) => (typeof value === 'string' ? randomiseText(value, run) : fallback)
}

/** Letters and digits of other alphabets become ASCII ones: nothing of them is to be left. */
function randomiseText(text: string, { random }: MaskingRun): string {
  return text.replace(/(\p{Nd})|(\p{Lu})|\p{L}/gu, (_letter, digit?: string, upper?: string) => {
    if (digit !== undefined) return random.character(DIGITS)
    return random.character(upper === undefined ? LOWER_LETTERS : UPPER_LETTERS)
  })
}

/**
 * `email`: an address made of the hash of the value. A number or a boolean is hashed as its JSON text,
 * so that it does not stay; null does.
 */
export const maskEmail: Masking = (value, { seed }) => {
  if (leafKind(value) === 'null') return null
  const hash = hashText(Buffer.from(String(value)), seed)
  return `${hash.slice(0, 4)}.${hash.slice(4, 8)}@${hash.slice(8)}.invalid`
}
