import type { DumpedChunk } from '../../replica/index.js'
import {
  gatherLines,
  moveIds,
  readAhead,
  type CollectionInfo,
  type EntryChunk,
  type TransformedChunk,
  type TransformRunner,
} from '../../streams/index.js'

/** Bytes that are gathered before they are handed on, since every write waits for a disk. */
const WRITE_BYTES = 1024 * 1024

/** How the documents of one collection are transformed. */
export interface DumpedTransform {
  /** Undefined where documents are left alone. */
  readonly runner: TransformRunner | undefined
  readonly info: CollectionInfo
  /** Name of the collection at the target. */
  readonly name: string
  /** Bytes that may be gathered. */
  readonly share: number
  /** Takes the documents for another collection. */
  readonly route: (name: string, chunks: readonly EntryChunk[]) => Promise<void>
}

/**
 * Transforms what a source gives. Small chunks are gathered; those that a transform sends elsewhere
 * are handed to `route` before what comes after them is given.
 */
export async function* transformDumped(
  source: AsyncIterable<DumpedChunk>,
  transform: DumpedTransform,
): AsyncGenerator<DumpedChunk> {
  const gathering = new Gathering(Math.min(transform.share, WRITE_BYTES))
  for await (const { readBytes, chunks, routed } of transformInOrder(
    readAhead(source),
    transform,
  )) {
    for (const [name, others] of routed) await transform.route(name, others)
    gathering.add(chunks, readBytes)
    if (gathering.isFull) yield* gathering.take()
  }
  yield* gathering.take()
}

/** A chunk after transforms, and what was read for it. */
export interface TransformedDump extends TransformedChunk {
  readonly readBytes: number
}

/**
 * Transforms chunk by chunk, in order; as many are under way as the runner has use for. The `_id` of
 * documents is that of the collection that they go to.
 */
export async function* transformInOrder(
  source: AsyncIterable<DumpedChunk>,
  { runner, info, name }: Pick<DumpedTransform, 'runner' | 'info' | 'name'>,
): AsyncGenerator<TransformedDump> {
  const underWay: Promise<TransformedDump>[] = []
  const begin = async ({ chunk, readBytes }: DumpedChunk): Promise<TransformedDump> => {
    const { chunks, routed } =
      runner === undefined
        ? { chunks: [chunk], routed: NONE_ROUTED }
        : await runner.transform(chunk, info)
    const own = name === info.name ? chunks : chunks.map((one) => moveIds(one, name))
    return { chunks: own, routed, readBytes }
  }
  const inFlight = runner?.chunksInFlight ?? 1
  for await (const dumped of source) {
    const result = begin(dumped)
    // It is awaited in its turn; until then nobody hears of its failure.
    result.catch(() => undefined)
    underWay.push(result)
    while (underWay.length >= inFlight) yield await (underWay.shift() as Promise<TransformedDump>)
  }
  for (const result of underWay) yield await result
}

const NONE_ROUTED: TransformedChunk['routed'] = new Map()

class Gathering {
  readonly #bytesMax: number
  #chunks: EntryChunk[] = []
  #bytes = 0
  #readBytes = 0

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax
  }

  get isFull(): boolean {
    return this.#bytes >= this.#bytesMax
  }

  add(chunks: readonly EntryChunk[], readBytes: number): void {
    for (const chunk of chunks) {
      this.#chunks.push(chunk)
      this.#bytes += chunk.buffer.length
    }
    this.#readBytes += readBytes
  }

  /** Gives what was gathered, and what was read for it; nothing when nothing is left of that. */
  *take(): Generator<DumpedChunk> {
    const [first, ...rest] = this.#chunks
    if (first === undefined) return
    const readBytes = this.#readBytes
    this.#chunks = []
    this.#bytes = 0
    this.#readBytes = 0
    yield { chunk: gatherLines([first, ...rest]), readBytes }
  }
}
