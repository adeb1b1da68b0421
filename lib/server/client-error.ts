import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { TIDEMARK_VERSION } from '../core/index.js'
import { errorAnswer } from './error-answer.js'
import { RequestError } from './request-error.js'
import { VERSION_HEADER } from './send-answer.js'

const TOO_SLOW = 'ERR_HTTP_REQUEST_TIMEOUT'
/** Statuses of requests that never became one, by the code of node's error. */
const STATUS: Readonly<Record<string, number>> = {
  [TOO_SLOW]: 408,
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
}

/** Tells whether a request did not come as a whole within the time. */
export function isTooSlow({ code }: NodeJS.ErrnoException): boolean {
  return code === TOO_SLOW
}

/**
 * Answers bytes that are no HTTP request, or come too slowly, and ends the connection.
 *
 * @param isBusy - an answer is under way on the connection, which no second one may run into
 */
export function answerClientError(
  error: NodeJS.ErrnoException,
  socket: Socket,
  isBusy: boolean,
): void {
  if (isBusy || !socket.writable || error.code === 'ECONNRESET') {
    socket.destroy()
    return
  }
  socket.end(responseText(STATUS[error.code ?? ''] ?? 400), () => {
    socket.destroy()
  })
}

function responseText(status: number): string {
  const reason = STATUS_CODES[status] ?? ''
  const answer = errorAnswer(new RequestError(status, status, reason.toLowerCase()))
  const body = answer.kind === 'whole' ? answer.body.toString() : ''
  const headers = {
    ...answer.headers,
    'content-length': Buffer.byteLength(body),
    connection: 'close',
    [VERSION_HEADER]: TIDEMARK_VERSION,
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  return [`HTTP/1.1 ${status} ${reason}`, ...lines, '', body].join('\r\n')
}
