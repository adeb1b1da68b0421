import type { IncomingMessage } from 'node:http'
import { STREAM_STEP_BYTES } from '../core/index.js'
import type { Clock } from './clock.js'
import { RequestError } from './request-error.js'

/** How a body is streamed. */
export interface StreamBodyOptions {
  readonly clock: Clock
  /**
   * Milliseconds for which the next `STREAM_STEP_BYTES` are waited for; time in which nobody asks for
   * them does not count.
   */
  readonly stallMs: number
  /** Aborted when the connection is gone. */
  readonly signal: AbortSignal
}

/**
 * The blocks of a body as they come. Nothing is read from the connection that nobody asks for, and
 * who stops asking leaves the connection as it is.
 *
 * @throws RequestError 408 when the body stalls; the signal's reason
 */
export async function* streamBody(
  message: IncomingMessage,
  options: StreamBodyOptions,
): AsyncGenerator<Buffer, void, undefined> {
  const patience = new Patience(options)
  // A connection that breaks is told by the signal.
  message.on('error', () => undefined)
  for (;;) {
    options.signal.throwIfAborted()
    const block = message.read() as Buffer | null
    if (block !== null) {
      patience.renew(block.length)
      yield block
    } else if (message.readableEnded) {
      return
    } else {
      await patience.wait((wake) => {
        message.once('readable', wake).once('end', wake)
        return () => message.off('readable', wake).off('end', wake)
      })
    }
  }
}

/** What a body of no endpoint that streams is. */
export async function* emptyStream(): AsyncGenerator<Buffer, void, undefined> {
  // Nothing comes.
}

/** How {@link drainBody} drains. */
export interface DrainBodyOptions {
  readonly clock: Clock
  readonly bytesMax: number
  readonly withinMs: number
}

/**
 * Reads what is left of a body that was answered early, so that a client which sends all of it first
 * finds the answer then; whoever sends too much, or for too long, is cut off.
 */
export function drainBody(
  message: IncomingMessage,
  { clock, bytesMax, withinMs }: DrainBodyOptions,
): void {
  if (message.readableEnded || message.destroyed) return
  const cut = (): void => {
    message.destroy()
  }
  const planned = clock.plan(cut, withinMs)
  let bytes = 0
  message.on('data', (block: Buffer) => {
    bytes += block.length
    if (bytes > bytesMax) cut()
  })
  message.once('close', () => {
    planned.cancel()
  })
  message.resume()
}

/** The time that a sender has until it has sent another step. */
class Patience {
  readonly #options: StreamBodyOptions
  #leftMs: number
  #stepBytes = 0

  constructor(options: StreamBodyOptions) {
    this.#options = options
    this.#leftMs = options.stallMs
  }

  renew(bytes: number): void {
    this.#stepBytes += bytes
    if (this.#stepBytes < STREAM_STEP_BYTES) return
    this.#stepBytes = 0
    this.#leftMs = this.#options.stallMs
  }

  /** @param listen - calls `wake` when there may be bytes; returns what ends the listening */
  async wait(listen: (wake: () => void) => () => unknown): Promise<void> {
    const { clock, signal } = this.#options
    const begunMs = clock.nowMs()
    const { promise, resolve, reject } = withResolvers()
    const abort = (): void => {
      reject(signal.reason as Error)
    }
    const planned = clock.plan(() => {
      reject(stalled())
    }, this.#leftMs)
    const unlisten = listen(resolve)
    signal.addEventListener('abort', abort, { once: true })
    try {
      await promise
    } finally {
      unlisten()
      planned.cancel()
      signal.removeEventListener('abort', abort)
      this.#leftMs -= clock.nowMs() - begunMs
    }
  }
}

function withResolvers(): {
  readonly promise: Promise<void>
  readonly resolve: () => void
  readonly reject: (error: Error) => void
} {
  let resolve: () => void = () => undefined
  let reject: (error: Error) => void = () => undefined
  const promise = new Promise<void>((whenDone, whenFailed) => {
    resolve = whenDone
    reject = whenFailed
  })
  return { promise, resolve, reject }
}

/** 408, and the end of the connection. */
function stalled(): RequestError {
  return new RequestError(408, 408, 'the request body stalled', { connection: 'close' })
}
