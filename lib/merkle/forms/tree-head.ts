import type { Token } from 'stream-json/core/parser.js'
import { TREE_DEPTH_MAX } from '../../core/index.js'
import { decodeRevision, INVALID_REVISION, joinLanes } from '../../values/index.js'
import { readCount, readU64 } from './number-text.js'
import { TreeFormatError } from './tree-format-error.js'

/** A token that is a whole value: text, number, true, false or null. */
export type ScalarToken = Extract<
  Token,
  { name: 'stringValue' | 'numberValue' | 'trueValue' | 'falseValue' | 'nullValue' }
>

/** How an attribute is read; `read` gives undefined for what is not `expected`. */
interface Attribute {
  readonly expected: string
  readonly read: (token: ScalarToken) => bigint | undefined
}

/** Stands for a `branchingFactor` that is not 8: which the current forms pass over. */
const OTHER_FACTOR = -1n

const RANGE: Attribute = { expected: 'an encoded revision', read: readRange }

const ATTRIBUTES: Readonly<Record<string, Attribute>> = {
  version: {
    expected: 'the number 1',
    read: (token) => (isNumber(token, '1') ? 1n : undefined),
  },
  maxDepth: { expected: `a number from 0 to ${TREE_DEPTH_MAX}`, read: readDepth },
  branchingFactor: {
    expected: 'a number',
    read: (token) => (isNumber(token, '8') ? 8n : OTHER_FACTOR),
  },
  rangeMax: RANGE,
  rangeMin: RANGE,
  initialRangeMin: RANGE,
  count: { expected: 'an integer up to 2^53 - 1', read: readNumber },
  hash: { expected: 'an unsigned 64-bit integer', read: readHash },
}

/** The attributes of a tree other than its nodes, as they come. */
export class TreeHead {
  readonly #values = new Map<string, bigint>()

  /** Tells whether an attribute has a meaning here; all others are passed over. */
  static knows(name: string): boolean {
    return Object.hasOwn(ATTRIBUTES, name)
  }

  /**
   * @param name - one that is known
   * @param token - undefined stands for an array or object
   * @throws TreeFormatError when the value is not what it must be, or is there twice
   */
  set(name: string, token: ScalarToken | undefined): void {
    const { expected, read } = ATTRIBUTES[name] as Attribute
    if (this.#values.has(name)) throw new TreeFormatError(name, 'is there twice')
    const value = token === undefined ? undefined : read(token)
    if (value === undefined) throw new TreeFormatError(name, `is not ${expected}`)
    this.#values.set(name, value)
  }

  /** The value of an attribute, if it has come. */
  find(name: string): bigint | undefined {
    return this.#values.get(name)
  }

  /** @throws TreeFormatError when the attribute has not come */
  require(name: string): bigint {
    const value = this.#values.get(name)
    if (value === undefined) throw new TreeFormatError(name, 'is missing')
    return value
  }
}

function isNumber(token: ScalarToken, text: string): boolean {
  return token.name === 'numberValue' && token.value === text
}

function readDepth(token: ScalarToken): bigint | undefined {
  const depth = readNumber(token)
  return depth !== undefined && depth <= TREE_DEPTH_MAX ? depth : undefined
}

function readNumber(token: ScalarToken): bigint | undefined {
  const count = token.name === 'numberValue' ? readCount(token.value) : undefined
  return count === undefined ? undefined : BigInt(count)
}

function readHash(token: ScalarToken): bigint | undefined {
  const lanes = { high: 0, low: 0 }
  const isHash = token.name === 'numberValue' && readU64(token.value, lanes)
  return isHash ? joinLanes(lanes) : undefined
}

function readRange(token: ScalarToken): bigint | undefined {
  if (token.name !== 'stringValue') return undefined
  const value = decodeRevision(token.value)
  return value === INVALID_REVISION ? undefined : value
}
