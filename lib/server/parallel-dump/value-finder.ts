import { decodeText, scanObject, skipValue } from '../../wire/index.js'

const OPEN_BRACE = 0x7b

/** Part of some bytes that holds one JSON value. */
export interface ValueSpan {
  readonly start: number
  readonly end: number
}

/** What is looked for in an object. */
interface Wanted {
  /** Places of the paths that end here. */
  readonly places: number[]
  /** By name. */
  readonly below: Map<string, Wanted>
}

/**
 * Finds what lies under names from the top down, for all paths in one go: how long that takes is up to
 * the document, and not to how often a caller asks for the same. Of repeated names the first counts, as
 * everywhere in dumps.
 */
export class ValueFinder {
  readonly #root = createWanted()
  readonly #count: number

  /** @param paths - none of them empty, nor longer than documents are deep */
  constructor(paths: readonly (readonly string[])[]) {
    this.#count = paths.length
    for (const [place, path] of paths.entries()) {
      let wanted = this.#root
      for (const name of path) wanted = enter(wanted, name)
      wanted.places.push(place)
    }
  }

  /** How many of the paths, at most, find one and the same byte. */
  get overlap(): number {
    return overlapOf(this.#root)
  }

  /**
   * Looks at one document.
   *
   * @returns by the places of the paths; undefined where there is nothing, or no object above it
   */
  find(bytes: Buffer, document: ValueSpan): readonly (ValueSpan | undefined)[] {
    const found = new Array<ValueSpan | undefined>(this.#count)
    if (this.#count > 0 && bytes[document.start] === OPEN_BRACE) {
      scanWanted({ bytes, found }, document, this.#root)
    }
    return found
  }
}

/** What is looked at, and what was found there. */
interface Search {
  readonly bytes: Buffer
  readonly found: (ValueSpan | undefined)[]
}

/** Scans an object; returns the offset behind it. */
function scanWanted(search: Search, span: ValueSpan, { below }: Wanted, depth = 1): number {
  const { bytes, found } = search
  const { start, end } = span
  const seen = new Set<Wanted>()
  const scanAttribute = (nameStart: number, nameEnd: number, valueStart: number): number => {
    const wanted = below.get(decodeText(bytes, nameStart, nameEnd))
    if (wanted === undefined || seen.has(wanted)) return skipValue(bytes, valueStart, end, depth)
    seen.add(wanted)
    const isEntered = wanted.below.size > 0 && bytes[valueStart] === OPEN_BRACE
    const valueEnd = isEntered
      ? scanWanted(search, { start: valueStart, end }, wanted, depth + 1)
      : skipValue(bytes, valueStart, end, depth)
    for (const place of wanted.places) found[place] = { start: valueStart, end: valueEnd }
    return valueEnd
  }
  return scanObject(bytes, start, end, scanAttribute, depth)
}

function createWanted(): Wanted {
  return { places: [], below: new Map() }
}

function enter({ below }: Wanted, name: string): Wanted {
  const known = below.get(name)
  if (known !== undefined) return known
  const wanted = createWanted()
  below.set(name, wanted)
  return wanted
}

function overlapOf({ places, below }: Wanted): number {
  return places.length + Math.max(0, ...[...below.values()].map(overlapOf))
}
