import { decodeText, scanObject, skipValue, type JsonObject } from '../wire/index.js'

interface Span {
  readonly start: number
  readonly end: number
}

/**
 * Writes a changed document as JSON. Every attribute, at any depth of objects, that still is the
 * value that was parsed keeps its bytes.
 *
 * @param original - what `JSON.parse` made of `bytes`
 * @throws TypeError when a value has no JSON form, as a bigint
 */
export function formatChanged(changed: JsonObject, original: JsonObject, bytes: Buffer): string {
  return formatObject(changed, original, bytes, { start: 0, end: bytes.length })
}

function formatObject(
  changed: JsonObject,
  original: JsonObject,
  bytes: Buffer,
  span: Span,
): string {
  const spans = attributeSpans(bytes, span)
  const attributes: string[] = []
  for (const [name, value] of Object.entries(changed)) {
    const before = spans.get(name)
    const text =
      before === undefined ? stringify(value) : formatValue(value, original[name], bytes, before)
    if (text !== undefined) attributes.push(`${JSON.stringify(name)}:${text}`)
  }
  return `{${attributes.join(',')}}`
}

function formatValue(
  changed: unknown,
  original: unknown,
  bytes: Buffer,
  span: Span,
): string | undefined {
  if (Object.is(changed, original)) return bytes.toString('utf8', span.start, span.end)
  if (!isPlainObject(changed) || !isPlainObject(original)) return stringify(changed)
  return formatObject(changed, original, bytes, span)
}

/** Where the values lie; of a repeated attribute the last counts, as for `JSON.parse`. */
function attributeSpans(bytes: Buffer, { start, end }: Span): Map<string, Span> {
  const spans = new Map<string, Span>()
  scanObject(bytes, start, end, (nameStart, nameEnd, valueStart) => {
    const valueEnd = skipValue(bytes, valueStart, end)
    spans.set(decodeText(bytes, nameStart, nameEnd), { start: valueStart, end: valueEnd })
    return valueEnd
  })
  return spans
}

/** Its real type: what is not JSON, as a function, has no text. */
function stringify(value: unknown): string | undefined {
  const text: string | undefined = JSON.stringify(value)
  return text
}

function isPlainObject(value: unknown): value is JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return (prototype === Object.prototype || prototype === null) && !('toJSON' in value)
}
