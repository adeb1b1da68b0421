import { ExactNumber } from './exact-number.js'

/**
 * Tells whether a value is still what was parsed: plain objects with the same attributes in the same
 * order, arrays with the same items. `-0` is not `0`.
 *
 * @param parsed - what a JSON parser made, so it does not hold itself
 */
export function isAsParsed(value: unknown, parsed: unknown): boolean {
  if (Object.is(value, parsed)) return true
  if (typeof value !== 'object' || typeof parsed !== 'object') return false
  if (value === null || parsed === null) return false
  if (Array.isArray(parsed)) return Array.isArray(value) && areItemsAsParsed(value, parsed)
  if (parsed instanceof ExactNumber) return isSameNumber(value, parsed)
  return isPlainObject(value) && areAttributesAsParsed(value, parsed)
}

function isSameNumber(value: object, parsed: ExactNumber): boolean {
  return value instanceof ExactNumber && value.text === parsed.text
}

function areItemsAsParsed(items: readonly unknown[], parsed: readonly unknown[]): boolean {
  if (items.length !== parsed.length) return false
  return parsed.every((item, index) => isAsParsed(items[index], item))
}

function areAttributesAsParsed(value: object, parsed: object): boolean {
  const names = Object.keys(parsed)
  const valueNames = Object.keys(value)
  if (names.length !== valueNames.length) return false
  return names.every((name, index) => {
    if (name !== valueNames[index]) return false
    return isAsParsed(attribute(value, name), attribute(parsed, name))
  })
}

/** Tells whether a value is an object as JSON has it, which nothing turns into something else. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/** An object's own attribute: of one called `__proto__` too. */
export function attribute(object: object, name: string): unknown {
  return Object.hasOwn(object, name) ? (object as Record<string, unknown>)[name] : undefined
}
