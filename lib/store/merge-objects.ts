import { decodeText, scanObject, skipValue } from '../wire/index.js'
import type { MergeOptions } from './document-operation.js'

const OPEN_BRACE = 0x7b
const NULL_FIRST = 0x6e

/** One attribute of an object, as it stands in the bytes. */
interface Attribute {
  readonly bytes: Buffer
  /** The quote before the name. */
  readonly start: number
  readonly valueStart: number
  readonly end: number
}

/** Attributes by name, in the order of their first appearance; of repeated ones the last counts. */
type Attributes = ReadonlyMap<string, Attribute>

const NOTHING: Attributes = new Map()

/**
 * Puts the attributes of one object over those of another, on their texts: what nobody touches, and
 * every number, stays as it is written. Attributes that are there keep their place, new ones follow.
 *
 * @param oldText - a JSON object, scanned before
 * @param patchText - another one
 * @returns the attributes, with a comma before each
 */
export function mergeObjects(oldText: string, patchText: string, options: MergeOptions): string {
  const old = Buffer.from(oldText)
  const patch = Buffer.from(patchText)
  const merged = new Merger(options).merge(
    readAttributes(old, 0, old.length),
    readAttributes(patch, 0, patch.length),
  )
  return merged.map((text) => `,${text}`).join('')
}

class Merger {
  readonly #keepNull: boolean
  readonly #mergeObjects: boolean

  constructor({ keepNull = true, mergeObjects: merges = true }: MergeOptions) {
    this.#keepNull = keepNull
    this.#mergeObjects = merges
  }

  /** The texts of the attributes that come of it. */
  merge(old: Attributes, patch: Attributes): string[] {
    const texts: string[] = []
    for (const [name, there] of old) {
      const given = patch.get(name)
      if (given === undefined) texts.push(textOf(there))
      else this.#add(texts, given, there)
    }
    for (const [name, given] of patch) if (!old.has(name)) this.#add(texts, given, undefined)
    return texts
  }

  #add(texts: string[], given: Attribute, there: Attribute | undefined): void {
    if (!this.#keepNull && given.bytes[given.valueStart] === NULL_FIRST) return
    const isMerged = this.#mergeObjects && there !== undefined && isObject(there)
    if (!isObject(given) || (!isMerged && this.#keepNull)) {
      texts.push(textOf(given))
      return
    }
    // Over nothing the new object stays what it is, but for the nulls that are not kept.
    const inside = this.merge(isMerged ? attributesOf(there) : NOTHING, attributesOf(given))
    const nameText = given.bytes.toString('utf8', given.start, given.valueStart)
    texts.push(`${nameText}{${inside.join()}}`)
  }
}

function isObject({ bytes, valueStart }: Attribute): boolean {
  return bytes[valueStart] === OPEN_BRACE
}

function attributesOf({ bytes, valueStart, end }: Attribute): Attributes {
  return readAttributes(bytes, valueStart, end)
}

function textOf({ bytes, start, end }: Attribute): string {
  return bytes.toString('utf8', start, end)
}

function readAttributes(bytes: Buffer, from: number, to: number): Attributes {
  const attributes = new Map<string, Attribute>()
  scanObject(bytes, from, to, (nameStart, nameEnd, valueStart) => {
    const end = skipValue(bytes, valueStart, to, 1)
    const name = decodeText(bytes, nameStart, nameEnd)
    attributes.set(name, { bytes, start: nameStart - 1, valueStart, end })
    return end
  })
  return attributes
}
