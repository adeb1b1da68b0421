import {
  NO_TOTALS,
  type CollectionProgress,
  type DiffEvent,
  type DiffProgress,
} from '../../sync/index.js'
import type { CommandContext } from '../context.js'
import { createProgressView } from './progress-view.js'

const UNKNOWN_SIZE = { documents: undefined, bytes: undefined }

/** Shows a comparison to a person. */
export interface DiffView {
  readonly show: (event: DiffEvent) => void
  /** Puts the terminal back in order; call it whatever the end was. */
  readonly end: () => void
}

/** Shows how far a comparison is as other commands do; hints come at its end. */
export function createDiffView(context: Pick<CommandContext, 'stdout' | 'stderr'>): DiffView {
  const view = createProgressView(context, true)
  const hints: string[] = []
  const show = (event: DiffEvent): void => {
    switch (event.kind) {
      case 'collection-started':
        view.show(event)
        return
      case 'progress':
        view.show(toCollectionProgress(event))
        return
      case 'warning':
      case 'retry':
        view.show({ kind: event.kind, message: event.message })
        return
      case 'hint':
        hints.push(`hint: ${event.message}\n`)
        return
      default:
        return
    }
  }
  const end = (): void => {
    view.end()
    for (const hint of hints) context.stderr.write(hint)
  }
  return { show, end }
}

/** Only where everything is read does the size tell how far that is. */
function toCollectionProgress({
  collection,
  phase,
  size,
  totals,
}: DiffProgress): CollectionProgress {
  const { documentsRead, transferredBytes, dumpBytes } = totals.read
  return {
    kind: 'progress',
    collection,
    size: phase === 'contents' ? size : UNKNOWN_SIZE,
    totals: {
      ...NO_TOTALS,
      documents: documentsRead,
      bytes: transferredBytes + dumpBytes,
      readBytes: dumpBytes,
    },
  }
}
