import type { Source } from '../../../../lib/replica/index.js'
import {
  runDiff,
  type DiffEvent,
  type Difference,
  type DiffFinished,
  type DiffOptions,
} from '../../../../lib/sync/index.js'
import { encodeRevision, revision, REVISION_LOWER_BOUND } from '../../../../lib/values/index.js'
import type { ReplicaData } from '../../../support/replica-kinds.js'
import { createScriptedSource } from '../../../support/scripted-source.js'

const BASE = REVISION_LOWER_BOUND + 2n ** 57n

/** The revision of an index; a leaf of a tree of such revisions holds one or two. */
function revOf(index: number): string {
  return encodeRevision(revision(BASE + BigInt(index) * 2n ** 39n))
}

/** A document of the collection `c`. */
export function line(key: string, index: number, content: object = {}): string {
  return JSON.stringify({ _key: key, _id: `c/${key}`, _rev: revOf(index), ...content })
}

/** Two replicas that differ in every way. */
export const dataA: ReplicaData = {
  same: [line('s1', 1), line('s2', 2)],
  c: [
    line('k1', 1, { v: 1, w: { x: [1, 2] } }),
    line('k2', 2, { v: 2 }),
    line('k3', 3, { v: 3 }),
    line('k4', 4, { v: 4 }),
  ],
  gone: [line('g', 1)],
}
/** The other one of the two. */
export const dataB: ReplicaData = {
  same: [line('s1', 1), line('s2', 2)],
  c: [
    line('k4', 4, { v: 4 }),
    line('k1', 11, { w: { x: [1, 3] }, v: 1.5 }),
    line('k3', 13, { v: 3 }),
    line('k5', 5, { v: 5 }),
  ],
  come: [line('n', 1)],
}

/** What a difference says, in short. */
function describeDifference(difference: Difference): string {
  const { kind, collection, key } = difference
  const paths = kind === 'different' ? ` ${difference.paths.join(' ')}` : ''
  return `${kind} ${collection}${key === null ? '' : `/${key}`}${paths}`
}

/** What came of a comparison. */
export interface Outcome {
  /** In short, sorted. */
  readonly differences: readonly string[]
  readonly finished: DiffFinished
  readonly events: readonly DiffEvent[]
}

/** Compares in this thread. */
export async function diff(a: Source, b: Source, options: DiffOptions = {}): Promise<Outcome> {
  const differences: string[] = []
  const events: DiffEvent[] = []
  const onDifference = (difference: Difference): void => {
    differences.push(describeDifference(difference))
  }
  const finished = await runDiff(a, b, { workers: 0, onDifference, ...options }, (event) => {
    events.push(event)
  })
  return { differences: differences.sort(), finished, events }
}

/** A source that can only be read as a whole; each document is a chunk. */
export function scripted(data: ReplicaData): Source {
  return createScriptedSource(
    Object.entries(data).map(([name, lines]) => ({ name, chunks: lines.map((one) => [one]) })),
  )
}

/** The warnings among the events. */
export function warningsOf({ events }: Outcome): string[] {
  return events.flatMap((event) => (event.kind === 'warning' ? [event.message] : []))
}
