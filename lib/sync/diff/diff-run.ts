import type { MerklePool } from '../../merkle/index.js'
import type { Snapshot } from '../../replica/index.js'
import type { DiffEvent } from './diff-event.js'
import type { DiffOptions } from './diff-options.js'
import type { DifferenceTeller } from './difference-teller.js'

/** One replica of a comparison. */
interface DiffReplica {
  /** Without credentials, for messages. */
  readonly address: string
  readonly snapshot: Snapshot
}

/** What one comparison works with. */
export interface DiffRun {
  readonly a: DiffReplica
  readonly b: DiffReplica
  readonly options: DiffOptions
  readonly teller: DifferenceTeller
  /** Builds trees where a replica keeps none. */
  readonly pool: MerklePool
  readonly signal: AbortSignal
  readonly emit: (event: DiffEvent) => void
}

/**
 * Works with something and closes it, whatever the end is. That closing fails is an error only where
 * there was none before.
 */
export async function useAndClose<Resource extends { close(): Promise<void> }, Result>(
  resource: Resource,
  use: (resource: Resource) => Promise<Result>,
): Promise<Result> {
  let result: Result
  try {
    result = await use(resource)
  } catch (error) {
    await resource.close().catch(() => undefined)
    throw error
  }
  await resource.close()
  return result
}
