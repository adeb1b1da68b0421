import { formatAddress } from '../../replica/index.js'
import { runApplyPatch, type ApplyEvent } from '../../sync/index.js'
import { writeJsonLine, type CommandContext } from '../context.js'
import { EXIT_CODE } from '../exit-code.js'
import { parseTarget, withExistingTarget } from '../open-replica.js'
import { createApplyView } from '../progress/apply-view.js'
import { summariseApplied } from '../summary.js'

/** Flags of `tidemark apply`. */
export interface ApplyFlags {
  readonly json?: boolean | undefined
}

/** `tidemark apply FILE TARGET`: makes of the target what a patch says. */
export async function applyCommand(
  context: CommandContext,
  path: string,
  targetAddress: string,
  { json = false }: ApplyFlags,
): Promise<number> {
  const { stdout, stderr, signal } = context
  const address = parseTarget(targetAddress, 'apply a patch to')
  const show = json
    ? (event: ApplyEvent): void => {
        writeJsonLine(stdout, event)
      }
    : createApplyView(stderr)
  const { totals } = await withExistingTarget(context, address, (target) =>
    runApplyPatch(path, target, { signal }, show),
  )
  if (!json) stdout.write(summariseApplied(totals, formatAddress(address)))
  return EXIT_CODE.fine
}
