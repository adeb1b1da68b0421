import type { KeyedHash } from './keyed-hash.js'
import { permute } from './permutation.js'

/** Characters of one kind: as many as lie in a row of 128 together. */
const ROW = 128
/** Characters of a text at most: its digits are those of one number, and work grows with their square. */
const LENGTH_MAX = 65_536
/** What is replaced, and by what: a lower letter by a lower letter, a digit by a digit. */
const KINDS = ['Nd', 'Lu', 'Ll', 'L', 'N'] as const
const KIND_PATTERNS: readonly (readonly [string, RegExp])[] = KINDS.map((kind) => [
  kind,
  new RegExp(`^\\p{${kind}}$`, 'u'),
])

/** Characters that may come in each other's place. */
interface Alphabet {
  readonly name: string
  readonly characters: readonly string[]
  readonly places: ReadonlyMap<string, number>
}

/** The alphabet of a character; undefined for one that stays. */
const alphabetOf = new Map<string, Alphabet | undefined>()
const alphabets = new Map<string, Alphabet>()

/**
 * Replaces the letters and digits of a text: digits by digits, lower letters by lower ones, upper by
 * upper, of the same row of 128 characters; all others stay. Two texts never become the same one.
 *
 * @throws RangeError for a text that is too long
 */
export function preserveText(text: string, hash: KeyedHash): string {
  if (text.length > LENGTH_MAX) {
    throw new RangeError(`Cannot keep the form of a text of more than ${LENGTH_MAX} characters`)
  }
  const characters = Array.from(text)
  let value = 0n
  let count = 1n
  let form = 'text:'
  for (const character of characters) {
    const alphabet = findAlphabet(character)
    form += alphabet === undefined ? character : `\u0000${alphabet.name}\u0000`
    if (alphabet === undefined) continue
    const size = BigInt(alphabet.characters.length)
    value = value * size + BigInt(alphabet.places.get(character) as number)
    count *= size
  }
  let rest = permute(value, count, hash.roundFunction(form))
  for (let index = characters.length - 1; index >= 0; index -= 1) {
    const alphabet = findAlphabet(characters[index] as string)
    if (alphabet === undefined) continue
    const size = BigInt(alphabet.characters.length)
    characters[index] = alphabet.characters[Number(rest % size)] as string
    rest /= size
  }
  return characters.join('')
}

/**
 * Replaces a whole number by one of as many digits and the same sign. Two numbers never become the same
 * one. A number that is no safe integer gives a bigint, as one does.
 */
export function preserveInteger(value: number | bigint, hash: KeyedHash): number | bigint {
  const number = BigInt(value)
  const isNegative = number < 0n
  const magnitude = isNegative ? -number : number
  const isSafe = magnitude <= BigInt(Number.MAX_SAFE_INTEGER)
  const [lower, upper] = rangeOf(magnitude, isNegative, isSafe)
  const form = `number:${isNegative ? '-' : '+'}${lower}`
  const permuted = lower + permute(magnitude - lower, upper - lower + 1n, hash.roundFunction(form))
  const signed = isNegative ? -permuted : permuted
  return isSafe ? Number(signed) : signed
}

/** The numbers of as many digits; safe integers and others are kept apart. */
function rangeOf(
  magnitude: bigint,
  isNegative: boolean,
  isSafe: boolean,
): readonly [lower: bigint, upper: bigint] {
  const { length } = magnitude.toString()
  const safeMax = BigInt(Number.MAX_SAFE_INTEGER)
  // There is no -0 among whole numbers.
  const lower = length === 1 && !isNegative ? 0n : 10n ** BigInt(length - 1)
  const upper = 10n ** BigInt(length) - 1n
  if (isSafe) return [lower, upper < safeMax ? upper : safeMax]
  return [lower > safeMax ? lower : safeMax + 1n, upper]
}

function findAlphabet(character: string): Alphabet | undefined {
  if (!alphabetOf.has(character)) alphabetOf.set(character, makeAlphabet(character))
  return alphabetOf.get(character)
}

function makeAlphabet(character: string): Alphabet | undefined {
  const kind = kindOf(character)
  if (kind === undefined) return undefined
  const first = Math.floor((character.codePointAt(0) as number) / ROW) * ROW
  const name = `${kind}${first}`
  const known = alphabets.get(name)
  if (known !== undefined) return known
  const row = Array.from({ length: ROW }, (_, index) => String.fromCodePoint(first + index))
  const characters = row.filter((other) => kindOf(other) === kind)
  const places = new Map(characters.map((other, index) => [other, index]))
  const alphabet = { name, characters, places }
  alphabets.set(name, alphabet)
  return alphabet
}

/** The first kind that fits: a letter that is neither upper nor lower is of a kind of its own. */
function kindOf(character: string): string | undefined {
  return KIND_PATTERNS.find(([, pattern]) => pattern.test(character))?.[0]
}
