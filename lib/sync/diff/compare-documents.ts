import { CanonicalWriter, leaveOut, parsePath, type LeftOutNames } from '../../wire/index.js'
import { comparePaths } from './compare-paths.js'

/** Follows from the collection and the key, and some forms of a dump lack it. */
const NEVER_COMPARED = '_id'

/**
 * Compares the two sides of a document, without the attributes that are to be ignored. What counts is
 * what they say: not the order of attributes, nor how a number is written.
 */
export class DocumentComparison {
  readonly #leftOut: LeftOutNames
  readonly #writerA: CanonicalWriter
  readonly #writerB: CanonicalWriter

  /**
   * @param ignore - paths as `parsePath` reads them
   * @throws RangeError when one is no path
   */
  constructor(ignore: readonly string[]) {
    this.#leftOut = leaveOut([[NEVER_COMPARED], ...ignore.map(parsePath)])
    const options = { leftOut: this.#leftOut, numbersByValue: true }
    this.#writerA = new CanonicalWriter(options)
    this.#writerB = new CanonicalWriter(options)
  }

  /**
   * @param a - a document that was scanned, so it is JSON
   * @param b - as `a`
   */
  isEqual(a: Buffer, b: Buffer): boolean {
    if (a.equals(b)) return true
    return this.#writerA.write(a, 0, a.length).equals(this.#writerB.write(b, 0, b.length))
  }

  /** Where they differ; no path exactly when they are equal. */
  paths(a: Buffer, b: Buffer): string[] {
    return comparePaths(a, b, this.#leftOut)
  }
}
