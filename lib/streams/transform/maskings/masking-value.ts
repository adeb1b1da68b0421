import { ExactNumber } from '../exact-number.js'

/** What kind of leaf a value is; numbers that are kept as text count by their text. */
export type LeafKind = 'text' | 'integer' | 'decimal' | 'boolean' | 'null'

/**
 * The kind of a leaf. A number that JavaScript writes without a fraction is an integer, `1.0` and
 * `6e7` too, as ArangoDB's own examples have it.
 */
export function leafKind(value: unknown): LeafKind {
  switch (typeof value) {
    case 'string':
      return 'text'
    case 'bigint':
      return 'integer'
    case 'number':
      return Number.isInteger(value) ? 'integer' : 'decimal'
    case 'boolean':
      return 'boolean'
    default:
      return value instanceof ExactNumber ? numberKind(value.toString()) : 'null'
  }
}

function numberKind(text: string): LeafKind {
  return Number.isInteger(Number(text)) ? 'integer' : 'decimal'
}
