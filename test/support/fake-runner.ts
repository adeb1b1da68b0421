import type {
  CollectionChange,
  CollectionInfo,
  CollectionPlan,
  EntryChunk,
  TransformCounts,
  TransformedChunk,
  TransformRunner,
} from '../../lib/streams/index.js'
import { chunkOf } from './chunk.js'

/** A document for another collection. */
interface Sent {
  readonly to: string
  readonly document: object
}

/** What a {@link createFakeRunner} does. */
export interface FakeTransform {
  readonly collection?: (info: CollectionInfo) => CollectionChange | false | undefined
  readonly document?: (
    document: Readonly<Record<string, unknown>>,
    info: CollectionInfo | undefined,
  ) => readonly (object | Sent)[]
  readonly chunksInFlight?: number
  /** Waited for before the chunk of this number, from 0 on. */
  readonly before?: (index: number) => Promise<void>
}

/** A runner of one transform, and what it was asked. */
export interface FakeRunner extends TransformRunner {
  readonly log: string[]
}

/** A runner as simple as can be: a stand-in for the real one. */
export function createFakeRunner(transform: FakeTransform): FakeRunner {
  const counts: { -readonly [Name in keyof TransformCounts]: number } = {
    documents: 0,
    unchanged: 0,
    changed: 0,
    dropped: 0,
    added: 0,
    routed: 0,
    failed: 0,
    harmed: 0,
  }
  const log: string[] = []
  let index = 0
  return {
    log,
    counts,
    chunksInFlight: transform.chunksInFlight ?? 1,
    plan(info): CollectionPlan | undefined {
      log.push(`plan ${info.database ?? ''}/${info.name}`)
      const change = transform.collection?.(info)
      if (change === false) return undefined
      const { name = info.name, data = 'transform', ...rest } = change ?? {}
      return { name, data, ...rest }
    },
    async transform(chunk: EntryChunk, info): Promise<TransformedChunk> {
      index += 1
      await transform.before?.(index - 1)
      log.push(`transform ${info?.name ?? ''}`)
      const own: string[] = []
      const routed = new Map<string, string[]>()
      const take = (result: object | Sent): void => {
        if (!('to' in result)) {
          own.push(JSON.stringify(result))
          return
        }
        counts.routed += 1
        routed.set(result.to, [...(routed.get(result.to) ?? []), JSON.stringify(result.document)])
      }
      for (const document of chunk.documents()) {
        counts.documents += 1
        const results = transform.document?.(document, info) ?? [document]
        if (results.length === 0) counts.dropped += 1
        results.forEach(take)
      }
      return {
        chunks: own.length === 0 ? [] : [chunkOf(own)],
        routed: new Map([...routed].map(([name, lines]) => [name, [chunkOf(lines)]])),
      }
    },
    unusedRules: () => [],
    close: () => Promise.resolve(),
  }
}
