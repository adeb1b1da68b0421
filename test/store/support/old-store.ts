import type { CountersRow } from '../../../lib/store/catalog.js'
import type { TreeProgress } from '../../../lib/store/index.js'
import type { Tables } from '../../../lib/store/layout.js'
import { META, putRow, readRow, rowName } from '../../../lib/store/meta-rows.js'
import { changeTables } from './trees.js'

/** What opening a store told. */
export interface Watch {
  readonly notices: string[]
  readonly progress: TreeProgress[]
  readonly onNotice: (notice: { readonly message: string }) => void
  readonly onTreeProgress: (progress: TreeProgress) => void
}

/** Listens while a store is opened. */
export function watch(): Watch {
  const notices: string[] = []
  const progress: TreeProgress[] = []
  return {
    notices,
    progress,
    onNotice: ({ message }) => notices.push(message),
    onTreeProgress: (step) => progress.push(step),
  }
}

/** Changes the row of a collection's counters. */
export function changeCounters(
  { meta }: Tables,
  id: number,
  change: (counters: CountersRow) => CountersRow,
): void {
  const name = rowName(META.counters, id)
  putRow(meta, name, change(readRow(meta, name) as CountersRow))
}

interface Droppable {
  readonly dropSync: () => void
}

/** Turns a store into one of the first format: without trees. */
export async function makeOld(path: string): Promise<void> {
  await changeTables(path, (tables) => {
    putRow(tables.meta, META.format, { version: 1 })
    for (let id = 1; id < 100; id += 1) {
      if (readRow(tables.meta, rowName(META.counters, id)) === undefined) continue
      changeCounters(tables, id, (counters) => ({ ...counters, tree: undefined }))
    }
    const { dropSync } = tables.tree as unknown as Droppable
    dropSync.call(tables.tree)
  })
}
