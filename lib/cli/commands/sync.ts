import { formatAddress } from '../../replica/index.js'
import { runFullSync, type CollectionSelection } from '../../sync/index.js'
import { writeJsonLine, type CommandContext } from '../context.js'
import { EXIT_CODE } from '../exit-code.js'
import { assertTwoReplicas, parseTarget, withSource, withTarget } from '../open-replica.js'
import { createProgressView } from '../progress/progress-view.js'
import type { ProgressView } from '../progress/view.js'
import { summarise } from '../summary.js'

/** Flags of `tidemark sync`. */
export interface SyncFlags extends CollectionSelection {
  readonly json?: boolean | undefined
}

/** `tidemark sync SOURCE TARGET`: copies a database. */
export async function syncCommand(
  context: CommandContext,
  sourceAddress: string,
  targetAddress: string,
  flags: SyncFlags,
): Promise<number> {
  const { stdout, signal } = context
  const address = parseTarget(targetAddress)
  assertTwoReplicas(sourceAddress, address)
  const begunMs = Date.now()
  const view = flags.json === true ? jsonView(context) : createProgressView(context)
  const finished = await withSource(context, sourceAddress, 'source', (source) =>
    withTarget(context, address, async (target) => {
      try {
        return await runFullSync(source, target, { ...flags, signal }, view.show)
      } finally {
        view.end()
      }
    }),
  )
  if (flags.json !== true) {
    stdout.write(summarise(finished, formatAddress(address), (Date.now() - begunMs) / 1000))
  }
  return EXIT_CODE.fine
}

function jsonView({ stdout }: CommandContext): ProgressView {
  return {
    show: (event) => {
      writeJsonLine(stdout, event)
    },
    end: () => undefined,
  }
}
