import { formatExactJson } from '../streams/index.js'
import { CONTENT_TYPE, type Json } from '../wire/index.js'

/** Headers by lower-case name. */
export type AnswerHeaders = Readonly<Record<string, string>>

/** An answer that is in memory; an empty body has no content type. */
interface WholeAnswer {
  readonly kind: 'whole'
  readonly status: number
  readonly headers: AnswerHeaders
  readonly body: Buffer
}

/** An answer whose body is read while it is sent. */
export interface StreamedAnswer {
  readonly kind: 'streamed'
  readonly status: number
  readonly headers: AnswerHeaders
  /** Bytes of the body. */
  readonly bytes: number
  readonly blocks: AsyncGenerator<Buffer, void, undefined>
  /**
   * Called once, when the answer has been sent or given up.
   *
   * @param isWhole - true when all of it was handed to the operating system
   */
  close(isWhole: boolean): void
}

/** What an endpoint answers. */
export type Answer = WholeAnswer | StreamedAnswer

/** An answer with a JSON body; numbers that JavaScript cannot hold are written as they came. */
export function jsonAnswer(body: Json, status = 200, headers: AnswerHeaders = {}): Answer {
  return {
    kind: 'whole',
    status,
    headers: { 'content-type': CONTENT_TYPE.json, ...headers },
    body: Buffer.from(formatExactJson(body)),
  }
}

/** 204: an answer without a body. */
export function emptyAnswer(headers: AnswerHeaders = {}): Answer {
  return { kind: 'whole', status: 204, headers, body: Buffer.alloc(0) }
}
