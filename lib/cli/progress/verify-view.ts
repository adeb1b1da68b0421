import type { VerifyProgress } from '../../directory/index.js'
import type { CommandContext } from '../context.js'
import { formatBytes, formatRate } from '../human.js'
import { printable } from '../printable.js'
import { StatusLine } from './status-line.js'

const LINE_INTERVAL_MS = 2000

/** Shows to a person how far the check of a directory is. */
export interface VerifyView {
  readonly update: (progress: VerifyProgress) => void
  /** Makes room for a line that stays; call it also at the end. */
  readonly clear: () => void
}

/** In one line where stderr is a terminal, else in a line every two seconds. */
export function createVerifyView(
  { stderr }: Pick<CommandContext, 'stderr'>,
  now: () => number = Date.now,
): VerifyView {
  const begunMs = now()
  const describe = (progress: VerifyProgress): string => describeProgress(progress, now() - begunMs)
  if (stderr.isTTY === true) {
    const line = new StatusLine(stderr)
    return {
      update: (progress) => {
        line.update(describe(progress))
      },
      clear: () => {
        line.clear()
      },
    }
  }
  let shownMs = begunMs
  return {
    update: (progress) => {
      if (now() - shownMs < LINE_INTERVAL_MS) return
      shownMs = now()
      stderr.write(`  ${printable(describe(progress))}\n`)
    },
    clear: () => undefined,
  }
}

function describeProgress({ file, readBytes, totalBytes }: VerifyProgress, ms: number): string {
  const share = Math.floor((100 * readBytes) / Math.max(1, totalBytes))
  const rate = formatRate(readBytes, ms / 1000)
  return `${share} % of ${formatBytes(totalBytes)}, ${rate}, ${file}`
}
