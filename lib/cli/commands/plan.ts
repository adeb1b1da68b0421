import { formatAddress, type Source, type StoreAddress, type Target } from '../../replica/index.js'
import { openStoreSource, StoreError } from '../../store/index.js'
import {
  runPlanIncremental,
  type CollectionSelection,
  type PlannedCollection,
  type PlannedTarget,
} from '../../sync/index.js'
import { writeJsonLine, type CommandContext } from '../context.js'
import { EXIT_CODE } from '../exit-code.js'
import { formatCount } from '../human.js'
import { withSource, withTarget, type CopyTargetAddress } from '../open-replica.js'
import { noticeLine } from '../printable.js'
import { formatTable } from '../table.js'

/** Flags of `tidemark sync --incremental --dry-run`. */
export interface PlanFlags extends CollectionSelection {
  readonly json?: boolean | undefined
}

/** How a plan is shown. */
export const PLAN_COLUMNS = [
  { title: 'collection' },
  { title: 'action' },
  { title: 'ranges', align: 'right' },
  { title: 'compared', align: 'right' },
  { title: 'to fetch', align: 'right' },
  { title: 'to remove', align: 'right' },
  { title: 'definition' },
  { title: 'why' },
] as const

/** What a store says that is not there yet: it would be made. */
const ABSENT: ReadonlySet<string> = new Set(['ERR_STORE_NOT_FOUND', 'ERR_DATABASE_NOT_FOUND'])

/** `tidemark sync SOURCE TARGET --incremental --dry-run`: tells what would be done, and does nothing. */
export async function planCommand(
  context: CommandContext,
  sourceAddress: string,
  address: CopyTargetAddress,
  { json, ...selection }: PlanFlags,
): Promise<number> {
  const { stdout, signal } = context
  const show = (planned: PlannedCollection): void => {
    if (json === true) writeJsonLine(stdout, { kind: 'planned', ...planned })
  }
  const all = await withSource(context, sourceAddress, 'source', (source) =>
    withPresent(context, address, (target) =>
      runPlanIncremental(source, target, { ...selection, signal }, show),
    ),
  )
  if (json !== true) {
    const where = formatAddress(address)
    stdout.write(`${formatTable(PLAN_COLUMNS, all.map(toPlanRow))}nothing was done to ${where}\n`)
  }
  return EXIT_CODE.fine
}

/** Opens the target for reading, and leaves it alone. */
function withPresent<Result>(
  context: CommandContext,
  address: CopyTargetAddress,
  work: (target: PlannedTarget | undefined) => Promise<Result>,
): Promise<Result> {
  return address.kind === 'store'
    ? withPresentStore(context, address, work)
    : withTarget(context, address, (target) => {
        tellNotices(context, target)
        return work(target)
      })
}

/** Opens a store for reading, which leaves it alone even while another process serves it. */
export async function withPresentStore<Result>(
  context: CommandContext,
  { path, database }: StoreAddress,
  work: (target: Source | undefined) => Promise<Result>,
): Promise<Result> {
  const target = await openStoreSource(path, database).catch((error: unknown) => {
    if (error instanceof StoreError && ABSENT.has(error.code)) return undefined
    throw error
  })
  if (target === undefined) return work(undefined)
  tellNotices(context, target)
  try {
    return await work(target)
  } finally {
    await target.close()
  }
}

function tellNotices({ stderr }: CommandContext, target: Pick<Target, 'onNotice'>): void {
  target.onNotice = ({ kind, message }) => {
    stderr.write(noticeLine({ kind, message }))
  }
}

/** A collection of a plan as a row of its table. */
export function toPlanRow({
  collection,
  action,
  ranges,
  revisionsCompared,
  fetch,
  remove,
  changesDefinition,
  reason = '',
}: PlannedCollection): string[] {
  const figures = [ranges, revisionsCompared].map(formatCount)
  const definition = action === 'create' ? 'new' : changesDefinition ? 'changes' : 'same'
  const fetched = fetch === undefined ? 'all' : formatCount(fetch)
  return [collection, action, ...figures, fetched, formatCount(remove), definition, reason]
}
