import { formatAddress, type StoreAddress } from '../../replica/index.js'
import { runSync, type CollectionSelection } from '../../sync/index.js'
import { writeJsonLine, type CommandContext } from '../context.js'
import { EXIT_CODE } from '../exit-code.js'
import { assertTwoReplicas, parseTarget, withSource, withTarget } from '../open-replica.js'
import { createProgressView } from '../progress/progress-view.js'
import type { ProgressView } from '../progress/view.js'
import { summarise } from '../summary.js'
import { UsageError } from '../usage-error.js'
import { planCommand } from './plan.js'

/** Flags of `tidemark sync`. */
export interface SyncFlags extends CollectionSelection {
  readonly json?: boolean | undefined
  /** Move only what differs. */
  readonly incremental?: boolean | undefined
  /** Only tell what an incremental run would do. */
  readonly dryRun?: boolean | undefined
}

/** `tidemark sync SOURCE TARGET`: copies a database, or what differs of it. */
export async function syncCommand(
  context: CommandContext,
  sourceAddress: string,
  targetAddress: string,
  flags: SyncFlags,
): Promise<number> {
  const address = parseTarget(targetAddress)
  assertTwoReplicas(sourceAddress, address)
  if (flags.dryRun !== true) return copy(context, sourceAddress, address, flags)
  if (flags.incremental === true) return planCommand(context, sourceAddress, address, flags)
  const reason = 'without --incremental everything is copied; add it to see what differs'
  throw new UsageError(`Cannot tell what would be done: ${reason}`)
}

async function copy(
  context: CommandContext,
  sourceAddress: string,
  address: StoreAddress,
  flags: SyncFlags,
): Promise<number> {
  const { stdout, signal } = context
  const begunMs = Date.now()
  const view = flags.json === true ? jsonView(context) : createProgressView(context)
  const finished = await withSource(context, sourceAddress, 'source', (source) =>
    withTarget(context, address, async (target) => {
      try {
        return await runSync(source, target, { ...flags, signal }, view.show)
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
