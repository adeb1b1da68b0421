import type { Source, StoreAddress } from '../../replica/index.js'
import { runFollow, type FollowProgress } from '../../sync/index.js'
import type { CommandContext } from '../context.js'
import { EXIT_CODE } from '../exit-code.js'
import { withSource, withTarget } from '../open-replica.js'
import { createFollowView } from '../progress/follow-view.js'
import { createJsonView } from '../progress/json-view.js'
import { summariseFollowed } from '../summary.js'
import { UsageError } from '../usage-error.js'
import { withGapAdvice } from '../with-gap-advice.js'
import { parallelDumpOf, type SyncFlags } from './sync-flags.js'

/** `tidemark sync SOURCE TARGET --follow`: copies a database, and keeps the copy equal. */
export async function followCommand(
  context: CommandContext,
  sourceAddress: string,
  address: StoreAddress,
  { json = false, dryRun, transform: _none, ...flags }: SyncFlags,
): Promise<number> {
  if (dryRun === true) {
    throw new UsageError('Cannot follow: with --dry-run nothing is done; leave one of them out')
  }
  const { stdout, signal } = context
  const view = json ? createJsonView(context) : createFollowView(context)
  const opening = parallelDumpOf({ ...flags, follow: true })
  const work = (source: Source): Promise<FollowProgress | undefined> =>
    withTarget(context, address, async (target) => {
      try {
        return await runFollow(source, target, { ...flags, signal }, view.show)
      } catch (error) {
        throw flags.onGap === 'resync' ? error : withGapAdvice(error)
      } finally {
        view.end()
      }
    })
  const last = await withSource(context, sourceAddress, 'source', work, opening)
  if (!json && last !== undefined) stdout.write(summariseFollowed(last))
  return EXIT_CODE.fine
}
