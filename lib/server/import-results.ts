import { IMPORT_DETAILS_MAX } from '../core/index.js'
import type { WrittenDocument } from '../store/index.js'
import { jsonAnswer, type Answer } from './answer.js'
import { RequestError } from './request-error.js'

/** Counts what became of the documents of an import. */
export class ImportResults {
  readonly #wantsDetails: boolean
  readonly #details: string[] = []
  #created = 0
  #updated = 0
  #ignored = 0
  #errors = 0
  #empty = 0

  constructor(wantsDetails: boolean) {
    this.#wantsDetails = wantsDetails
  }

  /** Counts empty lines. */
  addEmpty(count: number): void {
    this.#empty += count
  }

  /** Counts a document that is there now, or was before and stays. */
  addWritten({ isWritten, oldRevision }: Pick<WrittenDocument, 'isWritten' | 'oldRevision'>): void {
    if (!isWritten) this.#ignored += 1
    else if (oldRevision === undefined) this.#created += 1
    else this.#updated += 1
  }

  /** Counts a document that another one keeps out, where that is to be passed over. */
  addIgnored(): void {
    this.#ignored += 1
  }

  /** Counts a document that was refused, and keeps the reason of the first ones. */
  addError(position: number, error: RequestError): void {
    this.#errors += 1
    if (!this.#wantsDetails || this.#details.length >= IMPORT_DETAILS_MAX) return
    this.#details.push(describeRefusal(position, error))
  }

  /** 201 with the counts, and the reasons where they are wanted. */
  answer(): Answer {
    const left = this.#errors - this.#details.length
    const more = left > 0 ? [`and ${left} more`] : []
    return jsonAnswer(
      {
        error: false,
        created: this.#created,
        errors: this.#errors,
        empty: this.#empty,
        updated: this.#updated,
        ignored: this.#ignored,
        ...(this.#wantsDetails ? { details: [...this.#details, ...more] } : {}),
      },
      201,
    )
  }
}

/** 409: one document was refused, and so were all. */
export function importRefused(position: number, error: RequestError): RequestError {
  return new RequestError(409, error.errorNum, describeRefusal(position, error))
}

/** @param position - 1-based: of the line, or of the value in its array */
function describeRefusal(position: number, { message }: RequestError): string {
  return `at position ${position}: ${message}`
}
