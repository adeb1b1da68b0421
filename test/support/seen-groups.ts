import { from } from 'rxjs'
import type { GroupOptions } from '../../lib/sync/tail/group-options.js'
import { groupTransactions } from '../../lib/sync/tail/group-transactions.js'
import type { TailChunk, TailGroup } from '../../lib/sync/tail/tail-item.js'
import { tailChunkOf, type FakeTailChunkOptions } from './tail-chunks.js'

/** What a group told while it was emitted. */
export interface SeenGroup extends Pick<
  TailGroup,
  'transactionId' | 'markerCount' | 'bytes' | 'position'
> {
  readonly isLevel: boolean
  readonly lines: readonly string[]
}

/** Looks at a group as long as it is valid. */
export function see(group: TailGroup): SeenGroup {
  const { transactionId, markerCount, bytes, position, leader } = group
  const lines = [...group.chunks()].flatMap((chunk) =>
    Array.from({ length: chunk.lineCount }, (_, index) => chunk.lineBytes(index).toString().trim()),
  )
  return { transactionId, markerCount, bytes, position, isLevel: leader.isLevel, lines }
}

/** The groups of chunks, as they were when they were emitted, and the error at the end. */
export async function group(
  chunks: readonly TailChunk[],
  options?: GroupOptions,
): Promise<{ readonly groups: SeenGroup[]; readonly error: unknown }> {
  const groups: SeenGroup[] = []
  let error: unknown
  await new Promise<void>((resolve) => {
    from(chunks)
      .pipe(groupTransactions(options))
      .subscribe({
        next: (one) => groups.push(see(one)),
        error: (reason) => {
          error = reason
          resolve()
        },
        complete: resolve,
      })
  })
  return { groups, error }
}

/** The groups of one chunk. */
export async function groupLines(
  lines: readonly string[],
  options?: GroupOptions,
  chunkOptions?: FakeTailChunkOptions,
): Promise<SeenGroup[]> {
  const { groups, error } = await group([tailChunkOf(lines, chunkOptions)], options)
  if (error !== undefined) throw error as Error
  return groups
}

/** The shape of groups: the transaction, and the ticks of their lines. */
export function shapeOf(groups: readonly SeenGroup[]): unknown[] {
  return groups.map(({ transactionId, lines }) => [
    transactionId,
    ...lines.map((text) => Number((JSON.parse(text) as { tick: string }).tick)),
  ])
}
