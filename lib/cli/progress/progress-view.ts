import type { CommandContext } from '../context.js'
import { createBarsView } from './bars-view.js'
import { createLinesView } from './lines-view.js'
import type { ProgressView } from './view.js'

/**
 * Bars where stderr is a terminal, lines elsewhere: also where results go to a terminal while the
 * work is under way, since a bar would share its line with them.
 *
 * @param isMixed - results are written to stdout before the end
 */
export function createProgressView(
  { stdout, stderr }: Pick<CommandContext, 'stdout' | 'stderr'>,
  isMixed = false,
): ProgressView {
  const isDisturbed = isMixed && stdout.isTTY === true
  return stderr.isTTY === true && !isDisturbed ? createBarsView(stderr) : createLinesView(stderr)
}
