import type { CommandContext } from '../context.js'
import { createBarsView } from './bars-view.js'
import { createLinesView } from './lines-view.js'
import type { ProgressView } from './view.js'

/** Bars where stderr is a terminal, lines elsewhere. */
export function createProgressView({ stderr }: Pick<CommandContext, 'stderr'>): ProgressView {
  return stderr.isTTY === true ? createBarsView(stderr) : createLinesView(stderr)
}
