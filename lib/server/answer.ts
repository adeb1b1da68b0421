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
  /** Bytes of the body; undefined where nobody knows before it was written. */
  readonly bytes: number | undefined
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
  return jsonTextAnswer(formatExactJson(body), status, headers)
}

/** An answer whose JSON was written already. */
export function jsonTextAnswer(text: string, status = 200, headers: AnswerHeaders = {}): Answer {
  return {
    kind: 'whole',
    status,
    headers: { 'content-type': CONTENT_TYPE.json, ...headers },
    body: Buffer.from(text),
  }
}

/** A 200 whose body stands ready in blocks, which are let go one after the other. */
export function heldAnswer(
  blocks: Buffer[],
  headers: AnswerHeaders,
  close: StreamedAnswer['close'],
): Answer {
  const bytes = blocks.reduce((sum, { length }) => sum + length, 0)
  return { kind: 'streamed', status: 200, headers, bytes, blocks: drainBlocks(blocks), close }
}

/** Gives blocks one after the other, and keeps none that was given; async, as all bodies are. */
// eslint-disable-next-line @typescript-eslint/require-await -- nothing has to be waited for
export async function* drainBlocks(blocks: Buffer[]): AsyncGenerator<Buffer, void, undefined> {
  for (let block = blocks.shift(); block !== undefined; block = blocks.shift()) yield block
}

/** 204: an answer without a body. */
export function emptyAnswer(headers: AnswerHeaders = {}): Answer {
  return { kind: 'whole', status: 204, headers, body: Buffer.alloc(0) }
}
