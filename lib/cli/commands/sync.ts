import { formatAddress, type StoreAddress } from '../../replica/index.js'
import { runSync } from '../../sync/index.js'
import { writeJsonLine, type CommandContext } from '../context.js'
import { EXIT_CODE } from '../exit-code.js'
import { assertTwoReplicas, parseTarget, withSource, withTarget } from '../open-replica.js'
import { createProgressView } from '../progress/progress-view.js'
import type { ProgressView } from '../progress/view.js'
import { summarise } from '../summary.js'
import { UsageError } from '../usage-error.js'
import { planCommand } from './plan.js'
import type { SyncFlags } from './sync-flags.js'
import { followCommand } from './sync-follow.js'

/** `tidemark sync SOURCE TARGET`: copies a database, or what differs of it. */
export async function syncCommand(
  context: CommandContext,
  sourceAddress: string,
  targetAddress: string,
  flags: SyncFlags,
): Promise<number> {
  const address = parseTarget(targetAddress)
  assertTwoReplicas(sourceAddress, address)
  if (flags.follow === true) return followCommand(context, sourceAddress, address, flags)
  if (flags.until !== undefined) throw new UsageError(withoutFollow('--until'))
  if (flags.onGap !== undefined) throw new UsageError(withoutFollow('--on-gap'))
  if (flags.dryRun !== true) return copy(context, sourceAddress, address, flags)
  if (flags.incremental === true) return planCommand(context, sourceAddress, address, flags)
  const reason = 'without --incremental everything is copied; add it to see what differs'
  throw new UsageError(`Cannot tell what would be done: ${reason}`)
}

function withoutFollow(flag: string): string {
  return `Cannot take ${flag} without --follow: a copy ends by itself`
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
