import type { SyncEvent } from '../../sync/index.js'
import type { CommandContext } from '../context.js'
import { createBarsView } from './bars-view.js'
import { createLinesView } from './lines-view.js'

/** Shows a synchronisation to a person. */
export interface ProgressView {
  show(event: SyncEvent): void
  /** Puts the terminal back in order; call it whatever the end was. */
  end(): void
}

/** Bars where stderr is a terminal, lines elsewhere. */
export function createProgressView({ stderr }: Pick<CommandContext, 'stderr'>): ProgressView {
  return stderr.isTTY === true ? createBarsView(stderr) : createLinesView(stderr)
}
