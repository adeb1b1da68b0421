import type { Source, StoreAddress } from '../../replica/index.js'
import { runFollowAll, type FollowProgress } from '../../sync/index.js'
import { assertHasAll } from '../all-databases.js'
import type { CommandContext } from '../context.js'
import { EXIT_CODE } from '../exit-code.js'
import { withSource, withTarget } from '../open-replica.js'
import { createFollowAllView } from '../progress/follow-view.js'
import { createJsonView } from '../progress/json-view.js'
import { summariseFollowed } from '../summary.js'
import { withGapAdvice } from '../with-gap-advice.js'
import { parallelDumpOf, type SyncFlags } from './sync-flags.js'

/** `tidemark sync SOURCE TARGET --all-databases --follow`: copies every database, and keeps all equal. */
export async function followAllCommand(
  context: CommandContext,
  sourceAddress: string,
  address: StoreAddress,
  flags: SyncFlags,
): Promise<number> {
  const { includeSystem, incremental, deleteExtra, until, onGap, json = false } = flags
  const { stdout, signal } = context
  const options = { includeSystem, incremental, deleteExtra, until, onGap, signal }
  const view = json ? createJsonView(context) : createFollowAllView(context)
  const work = (source: Source): Promise<FollowProgress | undefined> => {
    assertHasAll(source)
    return withTarget(context, address, async (target) => {
      try {
        return await runFollowAll(source, target, options, view.show)
      } catch (error) {
        throw onGap === 'resync' ? error : withGapAdvice(error)
      } finally {
        view.end()
      }
    })
  }
  const opening = parallelDumpOf({ ...flags, follow: true })
  const last = await withSource(context, sourceAddress, 'source', work, opening)
  if (!json && last !== undefined) stdout.write(summariseFollowed(last))
  return EXIT_CODE.fine
}
