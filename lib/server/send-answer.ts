import type { ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { TIDEMARK_VERSION, unreachable } from '../core/index.js'
import type { Answer, StreamedAnswer } from './answer.js'

/** Says on every answer that tidemark gave it, and which version. */
export const VERSION_HEADER = 'x-tidemark-version'

const GONE_CODES = [
  'ERR_STREAM_PREMATURE_CLOSE',
  'ERR_STREAM_UNABLE_TO_PIPE',
  'ERR_STREAM_DESTROYED',
  'ECONNRESET',
  'EPIPE',
]

/**
 * Sends an answer. A body that is streamed is read no faster than its reader takes it, and is given
 * up at once when the reader goes away.
 *
 * @returns when the answer was handed to the operating system, or nobody waits for it any more
 * @throws what reading the body throws; the connection is then cut, so that nobody takes the part
 *   that was sent for the whole
 */
export async function sendAnswer(response: ServerResponse, answer: Answer): Promise<void> {
  response.setHeader(VERSION_HEADER, TIDEMARK_VERSION)
  switch (answer.kind) {
    case 'whole': {
      const { status, headers, body } = answer
      const length = status === 204 || status === 304 ? {} : { 'content-length': body.length }
      response.writeHead(status, { ...headers, ...length }).end(body)
      return
    }
    case 'streamed':
      await sendStreamed(response, answer)
      return
    default:
      unreachable(answer, 'answer')
  }
}

async function sendStreamed(response: ServerResponse, answer: StreamedAnswer): Promise<void> {
  const { status, headers, bytes, blocks } = answer
  let isWhole = false
  try {
    const length = bytes === undefined ? {} : { 'content-length': bytes }
    response.writeHead(status, { ...headers, ...length })
    await pipeline(Readable.from(blocks), response)
    isWhole = true
  } catch (error) {
    if (!isGone(error)) throw error
  } finally {
    answer.close(isWhole)
  }
}

/** The reader went away: nothing that anybody could mend. */
function isGone(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException
  return GONE_CODES.includes(code ?? '')
}
