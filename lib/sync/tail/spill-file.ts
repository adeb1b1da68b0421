import { randomBytes } from 'node:crypto'
import { closeSync, ftruncateSync, openSync, readSync, unlinkSync, writevSync } from 'node:fs'
import { join } from 'node:path'
import { SpillError } from './spill-error.js'

/**
 * A temporary file without a name: it is unlinked as soon as it is open, so that it is gone with the
 * process whatever ends that, and nobody else can open it. It is closed with the last of its pieces.
 */
export class SpillFile {
  readonly #directory: string
  readonly #descriptor: number
  #bytes = 0
  /** Pieces that may still be read. */
  #pieces = 0
  #isClosed = false

  /** @throws {@link SpillError} when it cannot be made */
  constructor(directory: string) {
    this.#directory = directory
    const path = join(directory, `tidemark-${randomBytes(16).toString('hex')}.tmp`)
    this.#descriptor = this.#orFail(() => openSync(path, 'wx+', 0o600))
    this.#orFail(() => {
      unlinkSync(path)
    })
  }

  /** Bytes that were written. */
  get bytes(): number {
    return this.#bytes
  }

  /**
   * Writes a piece to the end.
   *
   * @returns where the bytes begin
   * @throws {@link SpillError}
   */
  append(pieces: readonly Buffer[]): number {
    const start = this.#bytes
    const bytes = pieces.reduce((sum, { length }) => sum + length, 0)
    this.#orFail(() => {
      let rest: readonly Buffer[] = pieces
      for (let done = 0; done < bytes;) {
        const written = writevSync(this.#descriptor, rest, start + done)
        done += written
        rest = behind(rest, written)
      }
    })
    this.#bytes += bytes
    this.#pieces += 1
    return start
  }

  /** @throws {@link SpillError} */
  read(start: number, bytes: number): Buffer {
    const buffer = Buffer.allocUnsafeSlow(bytes)
    this.#orFail(() => {
      for (let done = 0; done < bytes;) {
        const count = readSync(this.#descriptor, buffer, done, bytes - done, start + done)
        if (count === 0) throw new RangeError('the file is shorter than what was written')
        done += count
      }
    })
    return buffer
  }

  /** A piece is not read any more. The last one gives the space of all of them back. */
  release(): void {
    this.#pieces -= 1
    if (this.#pieces > 0) return
    if (this.#isClosed) closeSync(this.#descriptor)
    else ftruncateSync(this.#descriptor)
    this.#bytes = 0
  }

  /** Nothing is written any more; what is there can be read until it is released. */
  close(): void {
    this.#isClosed = true
    if (this.#pieces === 0) closeSync(this.#descriptor)
  }

  #orFail<Value>(operation: () => Value): Value {
    try {
      return operation()
    } catch (error) {
      throw new SpillError(this.#directory, error)
    }
  }
}

/** What is left of pieces behind the first bytes. */
function behind(pieces: readonly Buffer[], bytes: number): Buffer[] {
  let skip = bytes
  return pieces.flatMap((piece) => {
    const own = Math.min(skip, piece.length)
    skip -= own
    return own === piece.length ? [] : [piece.subarray(own)]
  })
}
