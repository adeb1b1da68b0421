import { leafKind } from '../maskings/masking-value.js'
import { KeyedHash } from './keyed-hash.js'
import { preserveInteger, preserveText } from './preserve-form.js'

/** Bytes of a pseudonym that is a hash: 128 bits, in which two values never meet. */
const PSEUDONYM_BYTES = 16
/** Decimal digits of 128 bits. */
const PSEUDONYM_DIGITS = 39
/** Pseudonyms that are remembered of one domain. */
const REMEMBERED_MAX = 20_000

/** The forms that pseudonyms have. */
export const PSEUDONYM_TYPES = ['hex', 'digits', 'email', 'preserve'] as const

/** The form of a pseudonym. */
export type PseudonymType = (typeof PSEUDONYM_TYPES)[number]

/** Gives the pseudonym of a leaf; null stays. */
export type Pseudonym = (value: unknown) => unknown

/**
 * Makes the pseudonyms of one domain.
 *
 * @param key - the secret
 * @param domain - equal values get equal pseudonyms only within it
 */
export function createPseudonym(
  type: PseudonymType,
  key: Uint8Array,
  domain: readonly string[],
): Pseudonym {
  const hash = new KeyedHash(key, ['tidemark pseudonyms 1', type, ...domain])
  return remember((value) => {
    if (type === 'preserve') return preserve(value, hash)
    // A text and a number of the same look are not the same value.
    const kind = typeof value === 'string' ? 'text' : leafKind(value)
    const bytes = hash.digest(`${kind}:${String(value)}`).subarray(0, PSEUDONYM_BYTES)
    return formatBytes(bytes, type)
  })
}

function formatBytes(bytes: Buffer, type: Exclude<PseudonymType, 'preserve'>): string {
  const hex = bytes.toString('hex')
  switch (type) {
    case 'hex':
      return hex
    case 'digits':
      return BigInt(`0x${hex}`).toString().padStart(PSEUDONYM_DIGITS, '0')
    case 'email':
      return `${hex}@pseudonym.invalid`
  }
}

function preserve(value: unknown, hash: KeyedHash): unknown {
  if (typeof value === 'string') return preserveText(value, hash)
  const isWhole = typeof value === 'bigint' || Number.isInteger(value)
  if (isWhole) return preserveInteger(value as number | bigint, hash)
  throw new RangeError(
    `Cannot keep the form of a ${leafKind(value)}: only of texts and whole numbers`,
  )
}

/** Values come again and again, those of edges above all. */
function remember(create: (value: unknown) => unknown): Pseudonym {
  const known = new Map<unknown, unknown>()
  return (value) => {
    if (leafKind(value) === 'null') return null
    const found = known.get(value)
    if (found !== undefined) return found
    const pseudonym = create(value)
    if (known.size >= REMEMBERED_MAX) known.clear()
    known.set(value, pseudonym)
    return pseudonym
  }
}
