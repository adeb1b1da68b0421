import {
  appendStep,
  canonicalNumber,
  canonicalText,
  parseCanonicalText,
  scanObject,
  skipArray,
  skipValue,
  type LeftOutNames,
} from '../../wire/index.js'

/** Paths that are told of one document, before {@link MORE_PATHS}. */
export const PATHS_MAX = 100
/** Stands behind the last path where there are more than {@link PATHS_MAX}. */
export const MORE_PATHS = '…'

const QUOTE = 0x22
const MINUS = 0x2d
const NINE = 0x39
const OPEN_BRACE = 0x7b
const OPEN_BRACKET = 0x5b

/** A value inside the bytes of a document. */
interface Value {
  readonly bytes: Buffer
  readonly start: number
  readonly end: number
}

interface Attribute extends Value {
  /** In canonical text, so that order is the order of UTF-8 bytes. */
  readonly name: string
}

/**
 * Finds where two documents differ: attributes that one of them lacks, items behind the end of the
 * shorter array, and values that do not say the same. The order of attributes, white space, escapes
 * and the notation of a number count for nothing, as in `CanonicalWriter`. Attributes that are
 * repeated are compared one by one, in their order.
 *
 * @param a - holds one JSON object and nothing else
 * @param b - as `a`
 * @returns in the order of the names' bytes; empty exactly when the canonical forms are equal
 */
export function comparePaths(a: Buffer, b: Buffer, leftOut: LeftOutNames): string[] {
  const finder = new PathFinder()
  finder.compareObjects('', wholeOf(a), wholeOf(b), leftOut)
  return finder.paths
}

function wholeOf(bytes: Buffer): Value {
  return { bytes, start: 0, end: bytes.length }
}

class PathFinder {
  readonly paths: string[] = []

  compareObjects(path: string, a: Value, b: Value, leftOut?: LeftOutNames): void {
    for (const [ofA, ofB] of pairByName(attributesOf(a, leftOut), attributesOf(b, leftOut))) {
      if (this.#isFull) return
      const { name } = (ofA ?? ofB) as Attribute
      const inside = appendStep(path, parseCanonicalText(name))
      if (ofA === undefined || ofB === undefined) this.#tell(inside)
      else this.#compare(inside, ofA, ofB, leftOut?.get(name))
    }
  }

  #compareArrays(path: string, a: Value, b: Value, leftOut?: LeftOutNames): void {
    const ofA = itemsOf(a)
    const ofB = itemsOf(b)
    const count = Math.max(ofA.length, ofB.length)
    for (let index = 0; index < count && !this.#isFull; index += 1) {
      const inside = appendStep(path, index)
      const itemA = ofA[index]
      const itemB = ofB[index]
      if (itemA === undefined || itemB === undefined) this.#tell(inside)
      else this.#compare(inside, itemA, itemB, leftOut)
    }
  }

  #compare(path: string, a: Value, b: Value, leftOut?: LeftOutNames | 'all'): void {
    if (isSameText(a, b)) return
    const first = firstByteOf(a)
    const inside = leftOut === 'all' ? undefined : leftOut
    if (first !== firstByteOf(b)) this.#compareScalars(path, a, b)
    else if (first === OPEN_BRACE) this.compareObjects(path, a, b, inside)
    else if (first === OPEN_BRACKET) this.#compareArrays(path, a, b, inside)
    else this.#compareScalars(path, a, b)
  }

  #compareScalars(path: string, a: Value, b: Value): void {
    if (canonicalScalar(a) !== canonicalScalar(b)) this.#tell(path)
  }

  get #isFull(): boolean {
    return this.paths.length > PATHS_MAX
  }

  /** A path that was cut off may be that of several values. */
  #tell(path: string): void {
    if (this.paths.at(-1) === path) return
    this.paths.push(this.paths.length < PATHS_MAX ? path : MORE_PATHS)
  }
}

function attributesOf({ bytes, start, end }: Value, leftOut?: LeftOutNames): Attribute[] {
  const attributes: Attribute[] = []
  scanObject(bytes, start, end, (nameStart, nameEnd, valueStart) => {
    const valueEnd = skipValue(bytes, valueStart, end, 1)
    const name = canonicalText(bytes, nameStart, nameEnd)
    if (leftOut?.get(name) !== 'all') {
      attributes.push({ name, bytes, start: valueStart, end: valueEnd })
    }
    return valueEnd
  })
  return attributes.sort((a, b) => (a.name === b.name ? 0 : a.name < b.name ? -1 : 1))
}

/** Attributes that have one name, one by one; both lists are sorted. */
function* pairByName(
  ofA: readonly Attribute[],
  ofB: readonly Attribute[],
): Generator<readonly [Attribute | undefined, Attribute | undefined]> {
  let indexB = 0
  for (const a of ofA) {
    let b = ofB[indexB]
    for (; b !== undefined && b.name < a.name; b = ofB[indexB]) {
      yield [undefined, b]
      indexB += 1
    }
    const isShared = b?.name === a.name
    yield [a, isShared ? b : undefined]
    if (isShared) indexB += 1
  }
  for (const b of ofB.slice(indexB)) yield [undefined, b]
}

function itemsOf({ bytes, start, end }: Value): Value[] {
  const items: Value[] = []
  skipArray(bytes, start, end, 1, (itemStart, itemEnd) => {
    items.push({ bytes, start: itemStart, end: itemEnd })
  })
  return items
}

function isSameText(a: Value, b: Value): boolean {
  return (
    a.end - a.start === b.end - b.start &&
    a.bytes.compare(b.bytes, b.start, b.end, a.start, a.end) === 0
  )
}

function firstByteOf({ bytes, start }: Value): number {
  return bytes[start] as number
}

/** Unequal for values of different kinds: texts keep their quotes, and others have none. */
function canonicalScalar({ bytes, start, end }: Value): string {
  const first = bytes[start] as number
  if (first === QUOTE) return `"${canonicalText(bytes, start + 1, end - 1)}"`
  const text = bytes.toString('latin1', start, end)
  return first === MINUS || first <= NINE ? canonicalNumber(text) : text
}
