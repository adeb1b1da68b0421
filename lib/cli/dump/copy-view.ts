import { writeJsonLine, type CommandContext } from '../context.js'
import { createGlobalView, type GlobalView } from '../progress/global-view.js'
import { createProgressView } from '../progress/progress-view.js'
import { createQuietView } from '../progress/quiet-view.js'
import type { ProgressView } from '../progress/view.js'
import type { DirectoryFlags } from './dump-flags.js'

/** Shows a copy as the flags want it. */
export function createCopyView(
  context: CommandContext,
  { json = false, progress = true }: DirectoryFlags,
): ProgressView {
  if (json) return jsonView(context)
  return progress ? createProgressView(context) : createQuietView(context.stderr)
}

/** As {@link createCopyView}, of all databases. */
export function createGlobalCopyView(
  context: CommandContext,
  { json = false, progress = true }: DirectoryFlags,
): GlobalView {
  if (json) return jsonView(context)
  return progress ? createGlobalView(context) : createQuietView(context.stderr)
}

function jsonView({ stdout }: CommandContext): GlobalView & ProgressView {
  return {
    show: (event: object) => {
      writeJsonLine(stdout, event)
    },
    end: () => undefined,
  }
}
