import { StoreError, type WrittenDocument } from '../store/index.js'
import { formatRevision } from '../values/index.js'
import { ERROR_NUMBER } from '../wire/index.js'
import type { HeldBytes } from './answer-memory.js'
import { jsonTextAnswer, type Answer, type AnswerHeaders } from './answer.js'
import { invalidDocument } from './document-body.js'
import { limitReached, type RequestError } from './request-error.js'
import { storeRequestError } from './store-request-error.js'

/** The header that counts the errors of an array by their errorNum. */
const ERROR_CODES_HEADER = 'x-arango-error-codes'

/**
 * The JSON text of what was done with one document: `_id`, `_key`, `_rev`, after a replacement
 * `_oldRev`, and the documents that were asked for.
 */
export function formatWritten(
  collectionName: string,
  { key, revision, oldRevision, oldText, newText, isWritten }: WrittenDocument,
  isRemoval = false,
): string {
  const id = JSON.stringify(`${collectionName}/${key}`)
  const isChange = !isRemoval && isWritten && oldRevision !== undefined
  const oldRev = isChange ? `,"_oldRev":"${formatRevision(oldRevision)}"` : ''
  const old = oldText === undefined ? '' : `,"old":${oldText.toString()}`
  const made = newText === undefined ? '' : `,"new":${newText.toString()}`
  const rev = formatRevision(revision)
  return `{"_id":${id},"_key":${JSON.stringify(key)},"_rev":"${rev}"${oldRev}${old}${made}}`
}

/** The header of an answer that is about one revision. */
export function etagOf({ revision }: Pick<WrittenDocument, 'revision'>): AnswerHeaders {
  return { etag: `"${formatRevision(revision)}"` }
}

/** Gathers the answer to an array of documents: what was done, or why not, in the place of each. */
export class DocumentResults {
  readonly #held: HeldBytes
  readonly #isSilent: boolean
  readonly #texts: string[] = []
  readonly #errors = new Map<number, number>()

  /** @param held - the memory that the answer takes until it is sent */
  constructor(held: HeldBytes, isSilent: boolean) {
    this.#held = held
    this.#isSilent = isSilent
  }

  /**
   * Adds what one document came to.
   *
   * @param make - gives the text; a StoreError that it throws becomes an error in place
   * @throws RequestError 503 with errorNum 32 when there is no memory for it
   */
  add(make: () => string): void {
    try {
      const text = make()
      if (!this.#isSilent) this.#push(text)
    } catch (error) {
      if (!(error instanceof StoreError)) throw error
      this.#push(this.#formatError(itemError(error)))
    }
  }

  /** The answer. */
  answer(status: number): Answer {
    const codes = Object.fromEntries(this.#errors)
    const headers = this.#errors.size === 0 ? {} : { [ERROR_CODES_HEADER]: JSON.stringify(codes) }
    return jsonTextAnswer(`[${this.#texts.join()}]`, status, headers)
  }

  #push(text: string): void {
    if (!this.#held.take(text.length + 1)) throw limitReached('answers to arrays of documents')
    this.#texts.push(text)
  }

  #formatError({ errorNum, message, details }: RequestError): string {
    this.#errors.set(errorNum, (this.#errors.get(errorNum) ?? 0) + 1)
    return JSON.stringify({ error: true, errorNum, errorMessage: message, ...details })
  }
}

/**
 * What a document was refused for.
 *
 * @throws the error itself when it is not about the document
 */
export function itemError(error: StoreError): RequestError {
  if (error.code === 'ERR_DOCUMENT_INVALID') return invalidDocument()
  const answer = storeRequestError(error)
  const isOfItem = answer.status < 500 || answer.errorNum === ERROR_NUMBER.outOfKeys
  if (!isOfItem || answer.errorNum === ERROR_NUMBER.collectionNotFound) throw error
  return answer
}
