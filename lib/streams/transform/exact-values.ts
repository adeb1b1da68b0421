import { JSON_DEPTH_MAX } from '../../core/index.js'
import { decodeText, scanArray, scanObject, skipValue, type JsonObject } from '../../wire/index.js'
import { ExactNumber } from './exact-number.js'
import { isInexactNumber } from './odd-numbers.js'

const QUOTE = 0x22
const MINUS = 0x2d
const NINE = 0x39
const OPEN_BRACKET = 0x5b
const OPEN_BRACE = 0x7b

/**
 * Parses the object between the offsets: numbers that JavaScript cannot hold become a bigint or an
 * {@link ExactNumber}, and of a repeated attribute the last counts.
 *
 * @throws JsonSyntaxError when it is no JSON object
 */
export function parseExactObject(bytes: Buffer, start: number, end: number): JsonObject {
  return parseObject(bytes, start, end, 1).value
}

interface Parsed<Value> {
  readonly value: Value
  readonly end: number
}

function parseObject(
  bytes: Buffer,
  start: number,
  end: number,
  depth: number,
): Parsed<Record<string, unknown>> {
  const object: Record<string, unknown> = {}
  const scanAttribute = (nameStart: number, nameEnd: number, valueStart: number): number => {
    const parsed = parseValue(bytes, valueStart, end, depth)
    const name = decodeText(bytes, nameStart, nameEnd)
    if (name === '__proto__') defineOwn(object, name, parsed.value)
    else object[name] = parsed.value
    return parsed.end
  }
  return { end: scanObject(bytes, start, end, scanAttribute, depth), value: object }
}

/** Assigning would set the prototype. */
function defineOwn(object: object, name: string, value: unknown): void {
  const flags = { configurable: true, enumerable: true, writable: true }
  Object.defineProperty(object, name, { ...flags, value })
}

function parseArray(bytes: Buffer, start: number, end: number, depth: number): Parsed<unknown[]> {
  const value: unknown[] = []
  const scanItem = (itemStart: number): number => {
    const item = parseValue(bytes, itemStart, end, depth)
    value.push(item.value)
    return item.end
  }
  return { end: scanArray(bytes, start, end, scanItem, depth), value }
}

function parseValue(bytes: Buffer, start: number, end: number, depth: number): Parsed<unknown> {
  const first = bytes[start] as number
  if (first === OPEN_BRACE) return parseObject(bytes, start, end, depth + 1)
  if (first === OPEN_BRACKET) return parseArray(bytes, start, end, depth + 1)
  const valueEnd = skipValue(bytes, start, end, depth)
  if (first === QUOTE) return { value: decodeText(bytes, start + 1, valueEnd - 1), end: valueEnd }
  const text = bytes.toString('latin1', start, valueEnd)
  return { value: isNumber(first) ? parseNumber(text) : JSON.parse(text), end: valueEnd }
}

function isNumber(first: number): boolean {
  return first === MINUS || (first >= 0x30 && first <= NINE)
}

function parseNumber(text: string): number | bigint | ExactNumber {
  if (!isInexactNumber(text)) return Number(text)
  return /^-?\d+$/.test(text) ? BigInt(text) : new ExactNumber(text)
}

/**
 * Writes a value as compact JSON; a bigint and an {@link ExactNumber} as the numbers they are. Else it
 * is as `JSON.stringify`.
 *
 * @returns undefined for what has no JSON form: undefined, a function, a symbol
 * @throws TypeError when it is nested too deep, as what holds itself is
 */
export function formatExactValue(value: unknown): string | undefined {
  return formatValue(value, '', 0)
}

function formatValue(value: unknown, name: string, depth: number): string | undefined {
  if (typeof value === 'bigint' || value instanceof ExactNumber) return value.toString()
  if (typeof value !== 'object' || value === null || isBoxed(value)) return JSON.stringify(value)
  if (depth > JSON_DEPTH_MAX) throw new TypeError('Cannot write a value as JSON: it is too deep')
  const { toJSON } = value as { readonly toJSON?: unknown }
  if (typeof toJSON === 'function') return formatConverted(toJSON.call(value, name), name, depth)
  return Array.isArray(value) ? formatArray(value, depth) : formatObject(value, depth)
}

function formatConverted(value: unknown, name: string, depth: number): string | undefined {
  return isConvertible(value) ? JSON.stringify(value) : formatValue(value, name, depth)
}

function formatArray(items: readonly unknown[], depth: number): string {
  const texts = Array.from(
    items,
    (item, index) =>
      // What has no JSON form is null in an array.
      formatValue(item, String(index), depth + 1) ?? 'null',
  )
  return `[${texts.join(',')}]`
}

function formatObject(object: object, depth: number): string {
  const attributes: string[] = []
  for (const [name, value] of Object.entries(object)) {
    const text = formatValue(value, name, depth + 1)
    if (text !== undefined) attributes.push(`${JSON.stringify(name)}:${text}`)
  }
  return `{${attributes.join(',')}}`
}

/** What toJSON() gave is written as it is, even when it has a toJSON() itself. */
function isConvertible(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'toJSON' in value
}

function isBoxed(value: object): boolean {
  return value instanceof Number || value instanceof String || value instanceof Boolean
}
