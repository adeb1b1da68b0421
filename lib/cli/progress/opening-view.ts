import type { StoreOpeningOptions } from '../../store/index.js'
import type { CommandContext } from '../context.js'
import { formatCount, plural } from '../human.js'
import { noticeLine } from '../printable.js'

const LINE_INTERVAL_MS = 2000

/** What a command tells the opening of a store that it writes to, and hears from it. */
export interface OpeningView extends StoreOpeningOptions {
  readonly signal: AbortSignal
  readonly onNotice: NonNullable<StoreOpeningOptions['onNotice']>
  readonly onTreeProgress: NonNullable<StoreOpeningOptions['onTreeProgress']>
}

/**
 * Shows what keeps the opening of a store: a line for each tree that has to be built, and one every
 * two seconds meanwhile. Collections without documents are passed over.
 */
export function createOpeningView(
  { stderr, signal }: Pick<CommandContext, 'stderr' | 'signal'>,
  now: () => number = Date.now,
): OpeningView {
  let shownMs = 0
  return {
    signal,
    onNotice({ kind, message }) {
      stderr.write(noticeLine({ kind, message }))
    },
    onTreeProgress({ database, collection, revisions, documents }) {
      const isBegun = revisions > 0
      const isEarly = isBegun && now() - shownMs < LINE_INTERVAL_MS
      if (documents === 0 || isEarly) return
      shownMs = now()
      const share = Math.floor((100 * revisions) / documents)
      const line = isBegun
        ? `  ${collection}: ${formatCount(revisions)} (${share} %)`
        : `building the tree of "${collection}" in database "${database}": ${plural(documents, 'document')}`
      stderr.write(`${line}\n`)
    },
  }
}
