import { INVALID_REVISION, parseRevision, revision, type Revision } from '../values/index.js'
import type { CollectionDefinition, Json } from './collection-definition.js'

/** Digits of 2^64 - 1. */
const DECIMAL = /^\d{1,20}$/

/**
 * Reads `minRevision` of a definition: where the range of the collection's revision tree begins
 * (merkle notes, section 3). It is a number, or text by the rule of `_rev`; both occur.
 *
 * @returns undefined when there is none, or it is not a revision; 0 is one
 */
export function minRevisionOf({
  parameters: { minRevision },
}: Pick<CollectionDefinition, 'parameters'>): Revision | undefined {
  const value = typeof minRevision === 'string' ? parseRevision(minRevision) : wholeOf(minRevision)
  return value < INVALID_REVISION ? revision(value) : undefined
}

/** What a JSON number says, its error value where it is no whole one. */
function wholeOf(value: Json): bigint {
  const text = numberText(value)
  return text !== undefined && DECIMAL.test(text) ? BigInt(text) : INVALID_REVISION
}

/**
 * The text of a number that may be kept exactly in an object. Even a JavaScript number is read by its
 * text: from 2^53 on that, not its value, is what the JSON said.
 */
function numberText(value: Json): string | undefined {
  if (typeof value === 'number' || typeof value === 'bigint') return String(value)
  if (typeof value !== 'object' || value === null || !('isLosslessNumber' in value))
    return undefined
  const { value: kept } = value as { readonly value?: unknown }
  return typeof kept === 'string' ? kept : undefined
}
