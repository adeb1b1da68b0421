import {
  FollowError,
  type ApplyGroupsResult,
  type ChangeGroup,
  type FollowTarget,
  type LogPosition,
  type OperationOptions,
} from '../../replica/index.js'
import { StoreError } from '../../store/index.js'
import { LineRanges, type MarkerChunk } from '../../streams/index.js'
import { decodeText, MarkerHeadScanner } from '../../wire/index.js'
import type { ApplierFigures } from './applier-figures.js'

/** What a {@link CountingFollow} is told. */
export interface CountingFollowOptions {
  readonly figures: ApplierFigures
  /** Markers that may be passed over in all. */
  readonly ignoreErrors: number
  readonly now: () => number
}

/**
 * Applies as its target does, writes the figures of it, and passes over markers that cannot be
 * applied, as many as may be.
 */
export class CountingFollow implements FollowTarget {
  readonly #target: FollowTarget
  readonly #figures: ApplierFigures
  readonly #now: () => number
  #errorsLeft: number

  constructor(target: FollowTarget, { figures, ignoreErrors, now }: CountingFollowOptions) {
    this.#target = target
    this.#figures = figures
    this.#now = now
    this.#errorsLeft = ignoreErrors
  }

  position(): Promise<LogPosition | undefined> {
    return this.#target.position()
  }

  async apply(
    groups: readonly ChangeGroup[],
    position: LogPosition,
    options?: OperationOptions,
  ): Promise<ApplyGroupsResult> {
    const begunMs = this.#now()
    const refused = new Set<string>()
    for (;;) {
      const chosen = refused.size === 0 ? groups : groups.map((group) => without(group, refused))
      try {
        // All of a call is written or nothing, so the rest can be applied in a second one.
        const result = await this.#target.apply(chosen, position, options)
        if (groups.length > 0) this.#note(result, begunMs)
        this.#notePosition(position)
        return result
      } catch (error) {
        refused.add(this.#passOver(error))
      }
    }
  }

  #passOver(error: unknown): string {
    if (!(error instanceof FollowError) || !isOfMarker(error)) throw error
    if (this.#errorsLeft <= 0) throw error
    this.#errorsLeft -= 1
    const { progress } = this.#figures
    const message = `passed over: ${error.message}`
    this.#figures.progress = { ...progress, time: this.#now(), message }
    return nameOf(String(error.tick), error.type)
  }

  #note({ markers, documents, removals }: ApplyGroupsResult, begunMs: number): void {
    const figures = this.#figures
    figures.totalEvents += markers
    figures.totalDocuments += documents
    figures.totalRemovals += removals
    figures.totalApplyTime += this.#now() - begunMs
    figures.applyCount += 1
  }

  #notePosition({ tick, resumeTick }: LogPosition): void {
    const figures = this.#figures
    figures.lastApplied = tick
    figures.safeResume = resumeTick
    if (tick > (figures.lastProcessed ?? 0n)) figures.lastProcessed = tick
  }
}

/** False where the store cannot write at all. */
function isOfMarker({ cause }: FollowError): boolean {
  return !(cause instanceof StoreError && cause.code.startsWith('ERR_STORE_'))
}

/** No two changes have one tick; begins and ends of transactions, which may, are not refused. */
function nameOf(tick: string, type: number): string {
  return `${tick}/${type}`
}

/** The group without markers that were refused. */
function without(group: ChangeGroup, refused: ReadonlySet<string>): ChangeGroup {
  const { transactionId, databaseName, markerCount, bytes, position } = group
  return {
    transactionId,
    databaseName,
    markerCount,
    bytes,
    position,
    *chunks() {
      for (const chunk of group.chunks()) yield pickOthers(chunk, refused)
    },
  }
}

function pickOthers(chunk: MarkerChunk, refused: ReadonlySet<string>): MarkerChunk {
  const head = new MarkerHeadScanner()
  const kept = new LineRanges()
  for (let index = 0; index < chunk.lineCount; index += 1) {
    if (!chunk.scanHead(index, head)) continue
    const tick = decodeText(chunk.buffer, head.tick.start, head.tick.end)
    if (!refused.has(nameOf(tick, head.type))) kept.add(index)
  }
  return chunk.pick(kept)
}
