import type { Json, JsonObject } from './collection-definition.js'
import { asCount, attribute, optional, read } from './reader.js'

/** The one shape of every error answer. */
export interface ErrorBody {
  /** The HTTP status. */
  readonly code: number
  readonly errorNum: number
  readonly errorMessage: string
}

/**
 * Reads an error answer.
 *
 * @throws WireFormatError when `code` or `errorNum` is no number
 */
export function parseErrorBody(value: Json): ErrorBody {
  const reader = read(value, 'an error answer')
  const errorMessage = attribute(reader, 'errorMessage').value
  return {
    code: asCount(attribute(reader, 'code')),
    errorNum: optional(attribute(reader, 'errorNum'), asCount) ?? 0,
    errorMessage: typeof errorMessage === 'string' ? errorMessage : '',
  }
}

/** The JSON form: the inverse of {@link parseErrorBody}. */
export function formatErrorBody({ code, errorNum, errorMessage }: ErrorBody): JsonObject {
  return { error: true, code, errorNum, errorMessage }
}
