import { formatAddress, type Source } from '../../replica/index.js'
import { runSync, type SyncFinished } from '../../sync/index.js'
import { writeJsonLine, type CommandContext } from '../context.js'
import { EXIT_CODE } from '../exit-code.js'
import {
  assertTwoReplicas,
  parseCopyTarget,
  parseTarget,
  withSource,
  withTarget,
  type CopyTargetAddress,
} from '../open-replica.js'
import { createProgressView } from '../progress/progress-view.js'
import type { ProgressView } from '../progress/view.js'
import { summarise } from '../summary.js'
import { subsetOf } from '../subset-flags.js'
import { isWhole } from '../unused-rules.js'
import { UsageError } from '../usage-error.js'
import { withRunner } from '../with-runner.js'
import { planCommand } from './plan.js'
import { parallelDumpOf, type SyncFlags } from './sync-flags.js'
import { syncAllCommand } from './sync-all.js'
import { followCommand } from './sync-follow.js'

/** What a server that keeps no revisions means for the next run. */
const OWN_REVISIONS =
  'the server gives revisions of its own: the next incremental run compares by content\n'

/** `tidemark sync SOURCE TARGET`: copies a database, or what differs of it. */
export async function syncCommand(
  context: CommandContext,
  sourceAddress: string,
  targetAddress: string,
  flags: SyncFlags,
): Promise<number> {
  assertCopiesAll(flags)
  if (flags.allDatabases === true) {
    return syncAllCommand(context, sourceAddress, targetAddress, flags)
  }
  if (flags.deleteExtra !== undefined) {
    const reason = 'collections that only the target has stay'
    throw new UsageError(`Cannot take --delete-extra without --all-databases: ${reason}`)
  }
  const address = parseCopyTarget(targetAddress)
  assertTwoReplicas(sourceAddress, address)
  if (flags.follow === true) {
    const followed = parseTarget(targetAddress, 'follow into')
    return followCommand(context, sourceAddress, followed, flags)
  }
  if (flags.until !== undefined) throw new UsageError(withoutFollow('--until'))
  if (flags.onGap !== undefined) throw new UsageError(withoutFollow('--on-gap'))
  if (flags.dryRun !== true) return copy(context, sourceAddress, address, flags)
  if (flags.incremental === true) return planCommand(context, sourceAddress, address, flags)
  const reason = 'without --incremental everything is copied; add it to see what differs'
  throw new UsageError(`Cannot tell what would be done: ${reason}`)
}

function assertCopiesAll(flags: SyncFlags): void {
  const { transform, subset, incremental, follow, allDatabases } = flags
  if (allDatabases === true && subset !== undefined) {
    const reason = 'ids do not tell of which database they are; copy such databases one by one'
    throw new UsageError(`Cannot copy all databases with --subset: ${reason}`)
  }
  if (incremental !== true && follow !== true) return
  const flag = follow === true ? '--follow' : '--incremental'
  const reason = 'what is compared with the source has to be what the source holds'
  if (transform !== undefined) {
    throw new UsageError(`Cannot take ${flag} with --transform: ${reason}`)
  }
  if (subset !== undefined) throw new UsageError(`Cannot take ${flag} with --subset: ${reason}`)
}

function withoutFollow(flag: string): string {
  return `Cannot take ${flag} without --follow: a copy ends by itself`
}

async function copy(
  context: CommandContext,
  sourceAddress: string,
  address: CopyTargetAddress,
  flags: SyncFlags,
): Promise<number> {
  const { stdout, signal } = context
  const begunMs = Date.now()
  const view = flags.json === true ? jsonView(context) : createProgressView(context)
  const work = (source: Source): Promise<SyncFinished> =>
    withTarget(
      context,
      address,
      async (target) => {
        try {
          return await withRunner(
            context,
            flags,
            (transform) =>
              runSync(subsetOf(source, flags), target, { ...flags, transform, signal }, view.show),
            { tellsUnused: isWhole(flags) },
          )
        } finally {
          view.end()
        }
      },
      flags,
    )
  const opening = parallelDumpOf(flags)
  const finished = await withSource(context, sourceAddress, 'source', work, opening)
  if (flags.json !== true) {
    stdout.write(summarise(finished, formatAddress(address), (Date.now() - begunMs) / 1000))
    const isRevised = address.kind === 'remote' && finished.totals.replacedRevisions > 0
    if (isRevised) stdout.write(OWN_REVISIONS)
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
