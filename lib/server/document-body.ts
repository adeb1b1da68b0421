import { DOCUMENTS_BODY_ITEMS_MAX } from '../core/index.js'
import { ERROR_NUMBER, JsonSyntaxError, skipArray, skipSpace, skipValue } from '../wire/index.js'
import type { EndpointRequest } from './endpoint.js'
import { jsonBytesOf, unreadableBody } from './read-body.js'
import { RequestError } from './request-error.js'

const OPEN_BRACE = 0x7b
const OPEN_BRACKET = 0x5b

/** A body that brings documents: one, or an array of what may be some. */
export type DocumentBody =
  | { readonly kind: 'single'; readonly text: Buffer }
  | { readonly kind: 'array'; readonly items: BodyItems }

/** The values of an array as they stand in the body. */
export class BodyItems {
  readonly #bytes: Buffer
  /** Start and end of each. */
  readonly #offsets: readonly number[]

  constructor(bytes: Buffer, offsets: readonly number[]) {
    this.#bytes = bytes
    this.#offsets = offsets
  }

  get count(): number {
    return this.#offsets.length / 2
  }

  /** The text of one, a view into the body. */
  text(index: number): Buffer {
    return this.#bytes.subarray(this.#offsets[2 * index], this.#offsets[2 * index + 1])
  }
}

/**
 * Finds the documents of a body.
 *
 * @throws RequestError 400, with errorNum 600 when it is not of its format and 1227 when it is neither
 *   an object nor an array; 413 for an array of too many values
 */
export function readDocumentBody(
  request: Pick<EndpointRequest, 'body' | 'bodyFormat'>,
): DocumentBody {
  const bytes = jsonBytesOf(request)
  try {
    const start = skipSpace(bytes, 0, bytes.length)
    if (bytes[start] === OPEN_BRACKET) return { kind: 'array', items: readItems(bytes, start) }
    // What is wrong inside of an object is found when it is written.
    if (bytes[start] === OPEN_BRACE) return { kind: 'single', text: bytes }
    assertEnd(bytes, skipValue(bytes, start, bytes.length))
  } catch (error) {
    throw error instanceof JsonSyntaxError ? unreadableBody('json') : error
  }
  throw invalidDocument()
}

/** 400 with 1227: a document has to be an object. */
export function invalidDocument(): RequestError {
  const message = 'invalid document type: a document is a JSON object in well-formed Unicode'
  return new RequestError(400, ERROR_NUMBER.documentTypeInvalid, message)
}

function readItems(bytes: Buffer, start: number): BodyItems {
  const offsets: number[] = []
  const end = skipArray(bytes, start, bytes.length, 1, (valueStart, valueEnd) => {
    if (offsets.length === 2 * DOCUMENTS_BODY_ITEMS_MAX) throw tooManyItems()
    offsets.push(valueStart, valueEnd)
  })
  assertEnd(bytes, end)
  return new BodyItems(bytes, offsets)
}

function assertEnd(bytes: Buffer, offset: number): void {
  const end = skipSpace(bytes, offset, bytes.length)
  if (end < bytes.length) throw new JsonSyntaxError('text after the end of the value', end)
}

function tooManyItems(): RequestError {
  const message = `request body lists more than ${DOCUMENTS_BODY_ITEMS_MAX} documents`
  return new RequestError(413, 413, message)
}
