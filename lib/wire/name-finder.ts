import { decodeText } from './json-text.js'

const BACKSLASH = 0x5c

/** Tells which of a few known names an attribute has, without making a text of it. */
export class NameFinder<Name extends string> {
  /** The names by their length in bytes. */
  readonly #byLength: (readonly KnownName<Name>[] | undefined)[] = []
  readonly #names: ReadonlySet<string>

  /** @param names - ASCII only */
  constructor(names: readonly Name[]) {
    this.#names = new Set(names)
    for (const name of names) {
      const { length } = name
      this.#byLength[length] = [
        ...(this.#byLength[length] ?? []),
        { name, bytes: Buffer.from(name) },
      ]
    }
  }

  /**
   * The name that lies between the offsets, as JSON without its quotes and in any spelling: escapes
   * are read. Undefined when it is none of the known ones.
   */
  find(bytes: Buffer, start: number, end: number): Name | undefined {
    const candidates = this.#byLength[end - start]
    if (candidates !== undefined) {
      for (const { name, bytes: expected } of candidates) {
        if (isAt(bytes, start, expected)) return name
      }
    }
    return hasEscape(bytes, start, end) ? this.#findDecoded(bytes, start, end) : undefined
  }

  #findDecoded(bytes: Buffer, start: number, end: number): Name | undefined {
    const name = decodeText(bytes, start, end)
    return this.#names.has(name) ? (name as Name) : undefined
  }
}

interface KnownName<Name> {
  readonly name: Name
  readonly bytes: Uint8Array
}

function isAt(bytes: Buffer, start: number, expected: Uint8Array): boolean {
  for (let index = 0; index < expected.length; index += 1) {
    if (bytes[start + index] !== expected[index]) return false
  }
  return true
}

function hasEscape(bytes: Buffer, start: number, end: number): boolean {
  for (let offset = start; offset < end; offset += 1) if (bytes[offset] === BACKSLASH) return true
  return false
}
