import type { LogPosition } from '../../replica/index.js'
import type { MarkerChunk } from '../../streams/index.js'
import type { Tick } from '../../values/index.js'
import { Holds } from './holds.js'
import type { TailChunk, TailGroup, TailLeader, TailNames } from './tail-item.js'

/** What a group is made of. */
export interface GroupParts {
  readonly transactionId: Tick | undefined
  readonly databaseName: string | undefined
  readonly markerCount: number
  readonly bytes: number
  readonly position: LogPosition
  /** Its lines. */
  readonly lines: GroupLines
}

/** Lines that may lie in a file. */
export interface GroupLines {
  /** Reads them in order, synchronously. */
  chunks(): Iterable<MarkerChunk>
  /** Gives up what they take; they cannot be read afterwards where they lie in a file. */
  release(): void
}

/** Lines in memory, which take nothing that is to be given up. */
export function linesOf(chunks: readonly MarkerChunk[]): GroupLines {
  return { chunks: () => chunks, release: () => undefined }
}

/** A group as it is emitted: holding it holds the chunk that it came with. */
export class LogGroup implements TailGroup {
  readonly transactionId: Tick | undefined
  readonly databaseName: string | undefined
  readonly markerCount: number
  readonly bytes: number
  readonly position: LogPosition
  readonly leader: TailLeader
  readonly names: TailNames
  readonly #lines: GroupLines
  readonly #chunk: TailChunk
  readonly #holds: Holds
  #releaseChunk: (() => void) | undefined
  #isEmitted = false

  /** @param isLast - nothing of the chunk follows it */
  constructor(parts: GroupParts, chunk: TailChunk, isLast: boolean) {
    this.transactionId = parts.transactionId
    this.databaseName = parts.databaseName
    this.markerCount = parts.markerCount
    this.bytes = parts.bytes
    this.position = parts.position
    this.leader =
      isLast || !chunk.leader.isLevel ? chunk.leader : { ...chunk.leader, isLevel: false }
    this.names = chunk.names
    this.#lines = parts.lines
    this.#chunk = chunk
    this.#holds = new Holds(() => {
      this.#free()
    })
  }

  chunks(): Iterable<MarkerChunk> {
    return this.#lines.chunks()
  }

  hold(): () => void {
    this.#releaseChunk ??= this.#chunk.hold()
    return this.#holds.hold()
  }

  /** To be called once everybody has seen it: what nobody holds then is given up. */
  emitted(): void {
    this.#isEmitted = true
    if (!this.#holds.isHeld) this.#free()
  }

  #free(): void {
    // Who saw it first may be done before others have seen it.
    if (!this.#isEmitted) return
    this.#lines.release()
    this.#releaseChunk?.()
    this.#releaseChunk = undefined
  }
}
