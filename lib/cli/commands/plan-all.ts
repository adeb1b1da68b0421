import { formatAddress, type StoreAddress } from '../../replica/index.js'
import { planAllDatabases, type DatabasePlan, type SyncAllOptions } from '../../sync/index.js'
import { assertHasAll } from '../all-databases.js'
import { writeJsonLine, type CommandContext } from '../context.js'
import { EXIT_CODE } from '../exit-code.js'
import { withSource } from '../open-replica.js'
import { formatTable } from '../table.js'
import { PLAN_COLUMNS, toPlanRow, withPresentStore } from './plan.js'

/** Why something that only the target has stays, whatever was asked for. */
const HIDDEN = 'since the source may have it without showing it'

/** What of `tidemark sync --all-databases` a plan heeds. */
interface PlanAllFlags extends SyncAllOptions {
  readonly json: boolean
}

/**
 * `tidemark sync SOURCE TARGET --all-databases --incremental --dry-run`: tells what would be done,
 * and does nothing.
 */
export async function planAllCommand(
  context: CommandContext,
  sourceAddress: string,
  address: StoreAddress,
  { json, ...options }: PlanAllFlags,
): Promise<number> {
  const { stdout } = context
  const show = (planned: DatabasePlan): void => {
    if (json) writeJson(context, planned)
    else stdout.write(toText(planned))
  }
  const { extra, hidden } = await withSource(context, sourceAddress, 'source', (source) => {
    assertHasAll(source)
    return withPresentStore(context, address, (target) =>
      planAllDatabases(source, target, options, show),
    )
  })
  const action = options.deleteExtra === true ? 'drop' : 'keep'
  const databases = [
    ...extra.map((name) => [name, action, 'since the source has none of that name'] as const),
    ...hidden.map((name) => [name, 'keep', HIDDEN] as const),
  ]
  for (const [database, wanted, reason] of databases) {
    if (json) writeJsonLine(stdout, { kind: 'planned-database', database, action: wanted })
    else stdout.write(`database ${database}: ${wanted}, ${reason}\n`)
  }
  if (!json) stdout.write(`nothing was done to ${formatAddress(address)}\n`)
  return EXIT_CODE.fine
}

function writeJson(
  { stdout }: CommandContext,
  { database, isNew, collections, extra, hidden }: DatabasePlan,
): void {
  const action = isNew ? 'create' : 'compare'
  writeJsonLine(stdout, { kind: 'planned-database', database, action })
  for (const planned of collections)
    writeJsonLine(stdout, { kind: 'planned', database, ...planned })
  for (const one of extra) writeJsonLine(stdout, { kind: 'planned-drop', database, ...one })
  for (const one of hidden) writeJsonLine(stdout, { kind: 'planned-keep', database, ...one })
}

function toText({ database, isNew, collections, extra, hidden }: DatabasePlan): string {
  const title = `database ${database}${isNew ? ' (new)' : ''}\n`
  const table =
    collections.length === 0 ? '' : formatTable(PLAN_COLUMNS, collections.map(toPlanRow))
  const drops = extra.map(({ what, name }) => `${what} ${name}: drop\n`)
  const stays = hidden.map(({ what, name }) => `${what} ${name}: keep, ${HIDDEN}\n`)
  return [title, table, ...drops, ...stays].join('')
}
