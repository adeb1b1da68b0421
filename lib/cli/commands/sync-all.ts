import { formatAddress, parseAddress, type Source, type StoreAddress } from '../../replica/index.js'
import { runSyncAll, type GlobalSyncFinished, type SyncAllOptions } from '../../sync/index.js'
import { assertHasAll, assertWholeReplica } from '../all-databases.js'
import type { CommandContext } from '../context.js'
import { EXIT_CODE } from '../exit-code.js'
import {
  assertTwoReplicas,
  withSource,
  withTarget,
  type ServerSourceOptions,
} from '../open-replica.js'
import { createGlobalView } from '../progress/global-view.js'
import { createJsonView } from '../progress/json-view.js'
import { summariseAll } from '../summary-all.js'
import type { TransformFlags } from '../transform-flags.js'
import { UsageError } from '../usage-error.js'
import { withRunner } from '../with-runner.js'
import { planAllCommand } from './plan-all.js'
import { followAllCommand } from './sync-all-follow.js'
import { parallelDumpOf, type SyncFlags } from './sync-flags.js'

/** `tidemark sync SOURCE TARGET --all-databases`: copies every database, or what differs of it. */
export async function syncAllCommand(
  context: CommandContext,
  sourceAddress: string,
  targetAddress: string,
  flags: SyncFlags,
): Promise<number> {
  const address = readAddresses(sourceAddress, targetAddress)
  assertFits(flags)
  if (flags.follow === true) return followAllCommand(context, sourceAddress, address, flags)
  const { includeSystem, incremental, deleteExtra, json = false, dryRun = false } = flags
  const options = { includeSystem, incremental, deleteExtra, signal: context.signal }
  if (dryRun) return planAllCommand(context, sourceAddress, address, { json, ...options })
  const { transform, parallel, onError, numbers } = flags
  const transforms = { transform, parallel, onError, numbers }
  const opening = parallelDumpOf(flags)
  return copyAll(context, { sourceAddress, opening, address, transforms }, { json, ...options })
}

function readAddresses(sourceText: string, targetText: string): StoreAddress {
  const target = parseAddress(targetText)
  if (target.kind !== 'store') {
    const where = formatAddress(target)
    const reason = 'the target must be a store, store:PATH'
    throw new UsageError(`Cannot copy all databases into ${where}: ${reason}`)
  }
  assertWholeReplica(parseAddress(sourceText))
  assertWholeReplica(target)
  assertTwoReplicas(sourceText, target)
  return target
}

/** What is said of one database has no meaning for all of them. */
function assertFits(flags: SyncFlags): void {
  const { collections, exclude, createDatabase } = flags
  const action = 'Cannot copy all databases'
  if (flags.deleteExtra === true && flags.transform !== undefined) {
    const reason = 'what transforms rename or leave out would be taken for extra'
    throw new UsageError(`Cannot take --delete-extra with --transform: ${reason}`)
  }
  if (collections !== undefined || exclude !== undefined) {
    const reason = 'the same name means another collection in each; copy such databases one by one'
    throw new UsageError(`${action} and choose collections: ${reason}`)
  }
  if (createDatabase !== undefined) {
    throw new UsageError(`${action} with --create-database: those that are missing are made anyway`)
  }
  assertFitsRun(flags)
}

/** Flags that say how long a run goes on, or that there is none. */
function assertFitsRun({ follow, until, onGap, dryRun, incremental }: SyncFlags): void {
  if (follow !== true && (until !== undefined || onGap !== undefined)) {
    const flag = until === undefined ? '--on-gap' : '--until'
    throw new UsageError(`Cannot take ${flag} without --follow: a copy ends by itself`)
  }
  if (dryRun === true && follow === true) {
    throw new UsageError('Cannot follow: with --dry-run nothing is done; leave one of them out')
  }
  if (dryRun === true && incremental !== true) {
    const reason = 'without --incremental everything is copied; add it to see what differs'
    throw new UsageError(`Cannot tell what would be done: ${reason}`)
  }
}

interface CopyOfAll {
  readonly sourceAddress: string
  readonly opening: ServerSourceOptions
  readonly address: StoreAddress
  readonly transforms: TransformFlags
}

async function copyAll(
  context: CommandContext,
  { sourceAddress, opening, address, transforms }: CopyOfAll,
  { json, ...options }: SyncAllOptions & { readonly json: boolean },
): Promise<number> {
  const begunMs = Date.now()
  const view = json ? createJsonView(context) : createGlobalView(context)
  const work = (source: Source): Promise<GlobalSyncFinished> => {
    assertHasAll(source)
    return withTarget(context, address, async (target) => {
      try {
        return await withRunner(
          context,
          transforms,
          (transform) => runSyncAll(source, target, { ...options, transform }, view.show),
          { tellsUnused: true },
        )
      } finally {
        view.end()
      }
    })
  }
  const finished = await withSource(context, sourceAddress, 'source', work, opening)
  if (!json) {
    const seconds = (Date.now() - begunMs) / 1000
    context.stdout.write(summariseAll(finished, formatAddress(address), seconds))
  }
  return EXIT_CODE.fine
}
