import type { Writable } from 'node:stream'
import { describeSystemError, ReplicationError } from '../../core/index.js'
import { watchClosedOutput } from '../closed-output.js'

/** Bytes that are handed to the stream at one time. */
const BLOCK_BYTES = 64 * 1024
/** Milliseconds that a write under way has when the command is interrupted. */
const GRACE_MS = 500

/** What reads the output has gone away: there is nobody left to write for. */
export class ClosedOutputError extends ReplicationError {
  readonly code = 'ERR_OUTPUT_CLOSED' as const

  constructor(cause: unknown) {
    super('Cannot write to stdout: nobody reads it any more', { cause })
  }
}

/**
 * Gathers pieces of lines and writes them in blocks. What was added is copied, and kept until
 * {@link flush}: flush once {@link isFull}.
 */
export class LineWriter {
  readonly #out: Writable
  readonly #signal: AbortSignal
  #block: Buffer = Buffer.allocUnsafeSlow(BLOCK_BYTES)
  #used = 0
  #full: Buffer[] = []

  constructor(out: Writable, signal: AbortSignal) {
    this.#out = out
    this.#signal = signal
  }

  /** There is enough for a write. */
  get isFull(): boolean {
    return this.#full.length > 0
  }

  add(piece: string | Uint8Array): void {
    if (typeof piece === 'string') this.#addText(piece)
    else this.#addBytes(piece)
  }

  /**
   * Writes what was added, and resolves once the stream has passed it on: whoever reads slowly makes
   * this wait.
   *
   * @throws ClosedOutputError when nobody reads any more; the signal's reason
   */
  async flush(): Promise<void> {
    this.#closeBlock()
    const blocks = this.#full
    this.#full = []
    for (const block of blocks) await this.#write(block)
  }

  #addText(text: string): void {
    // No character of a string takes more than three bytes.
    if (text.length * 3 > this.#block.length - this.#used) this.#addBytes(Buffer.from(text))
    else this.#used += this.#block.write(text, this.#used)
  }

  #addBytes(bytes: Uint8Array): void {
    if (bytes.length > this.#block.length - this.#used) this.#closeBlock()
    if (bytes.length > BLOCK_BYTES) {
      this.#full.push(Buffer.from(bytes))
      return
    }
    this.#block.set(bytes, this.#used)
    this.#used += bytes.length
  }

  #closeBlock(): void {
    if (this.#used === 0) return
    this.#full.push(this.#block.subarray(0, this.#used))
    this.#block = Buffer.allocUnsafeSlow(BLOCK_BYTES)
    this.#used = 0
  }

  #write(block: Buffer): Promise<void> {
    const signal = this.#signal
    return new Promise((resolve, reject) => {
      signal.throwIfAborted()
      // What is being written counts if it arrives, but a stream that is stuck must not keep an
      // interrupted command from ending.
      let grace: NodeJS.Timeout | undefined
      const giveUpSoon = (): void => {
        grace = setTimeout(() => {
          reject(signal.reason as Error)
        }, GRACE_MS)
      }
      signal.addEventListener('abort', giveUpSoon, { once: true })
      this.#out.write(block, (error) => {
        signal.removeEventListener('abort', giveUpSoon)
        clearTimeout(grace)
        if (error === null || error === undefined) resolve()
        else reject(toOutputError(error))
      })
    })
  }
}

/** Tells whether a stream failed since nobody reads it any more. */
export function isClosedOutput({ code }: NodeJS.ErrnoException): boolean {
  return code === 'EPIPE' || code === 'ERR_STREAM_DESTROYED'
}

function toOutputError(error: Error): Error {
  if (isClosedOutput(error)) return new ClosedOutputError(error)
  return new Error(`Cannot write to stdout: ${describeSystemError(error)}`, { cause: error })
}

/** Tells when nobody reads the output any more; listens to the end, since the news may come late. */
export function watchOutput(out: Writable): AbortSignal {
  const controller = new AbortController()
  watchClosedOutput(out)
  out.on('error', (error: NodeJS.ErrnoException) => {
    if (isClosedOutput(error)) controller.abort()
  })
  return controller.signal
}
