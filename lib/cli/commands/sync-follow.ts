import { ReplicationError } from '../../core/index.js'
import type { StoreAddress } from '../../replica/index.js'
import { gapOf, runFollow, type FollowEvent, type FollowGap } from '../../sync/index.js'
import { writeJsonLine, type CommandContext } from '../context.js'
import { EXIT_CODE } from '../exit-code.js'
import { withSource, withTarget } from '../open-replica.js'
import { createFollowView, type FollowView } from '../progress/follow-view.js'
import { summariseFollowed } from '../summary.js'
import { UsageError } from '../usage-error.js'
import type { SyncFlags } from './sync-flags.js'

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
  const view = json ? jsonView(context) : createFollowView(context)
  const last = await withSource(context, sourceAddress, 'source', (source) =>
    withTarget(context, address, async (target) => {
      try {
        return await runFollow(source, target, { ...flags, signal }, view.show)
      } catch (error) {
        throw flags.onGap === 'resync' ? error : withAdvice(error)
      } finally {
        view.end()
      }
    }),
  )
  if (!json && last !== undefined) stdout.write(summariseFollowed(last))
  return EXIT_CODE.fine
}

/** The library knows of no flags, so its errors cannot tell this. */
function withAdvice(error: unknown): unknown {
  const gap = gapOf(error)
  return gap === undefined ? error : new GapError(gap, error)
}

class GapError extends ReplicationError {
  readonly code: string

  constructor({ code, message }: FollowGap, cause: unknown) {
    super(`${message} (with --on-gap resync this command does so by itself)`, { cause })
    this.code = code
  }
}

function jsonView({ stdout }: CommandContext): FollowView {
  return {
    show: (event: FollowEvent) => {
      writeJsonLine(stdout, event)
    },
    end: () => undefined,
  }
}
