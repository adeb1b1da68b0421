import {
  CONTENT_TYPE,
  isReplicated,
  parseInventory,
  type CollectionDefinition,
} from '../../wire/index.js'
import { deleteBatch, openBatch, type BatchClient, type OpenBatch } from '../open-batch.js'
import { INVENTORY_TASK } from '../fetch-inventory.js'
import type { ProbedBatch } from './probed-batch.js'
import { probeDump, type DumpProbes } from './probe-dump.js'
import { probeParallelDump, type ParallelDumpProbes } from './probe-parallel-dump.js'
import { probeTrees, type TreeProbes } from './probe-trees.js'
import { valueOf, type Outcome, type Prober } from './prober.js'

/** What reading the database by a batch is like. */
export interface BatchProbes {
  readonly batch: Outcome<OpenBatch>
  /** Undefined where there is no batch. */
  readonly inventory: Outcome<readonly CollectionDefinition[]> | undefined
  readonly dump: DumpProbes | undefined
  readonly trees: TreeProbes | undefined
  readonly parallelDump: ParallelDumpProbes | undefined
}

const NOTHING = {
  inventory: undefined,
  dump: undefined,
  trees: undefined,
  parallelDump: undefined,
} as const

/** Of a database that is not there. */
export const NO_BATCH: BatchProbes = {
  ...NOTHING,
  batch: {
    isAnswered: false,
    error: undefined,
    status: 0,
    errorNum: 0,
    reason: 'it was not asked',
  },
}

/** Long enough for every question, each of which has its time. */
const TTL_SECONDS = 300

/** Opens a batch, looks at what it shows, and deletes it. */
export async function probeDatabase(prober: Prober, clientId: string): Promise<BatchProbes> {
  const client: BatchClient = { clientId, ttlSeconds: TTL_SECONDS }
  const { connection } = prober
  const batch = await prober.attempt((signal) => openBatch(connection, client, signal))
  if (!batch.isAnswered) return { ...NOTHING, batch }
  const { id } = batch.value.batch
  try {
    return {
      batch,
      ...(await probeBatch(prober, batch.value, { serverId: clientId, batchId: id })),
    }
  } finally {
    await deleteBatch(connection, id, client)
  }
}

async function probeBatch(
  prober: Prober,
  opened: OpenBatch,
  query: ProbedBatch['query'],
): Promise<Omit<BatchProbes, 'batch'>> {
  const inventory = await prober.ask(
    {
      task: INVENTORY_TASK,
      path: '/_api/replication/inventory',
      query: { ...query, includeSystem: 'true' },
      accept: CONTENT_TYPE.json,
    },
    async (answer) => copiedOf(parseInventory(await answer.json()).collections),
  )
  const collections = valueOf(inventory)
  if (collections === undefined) return { ...NOTHING, inventory }
  const probed: ProbedBatch = { opened, query, collections }
  const dump = await probeDump(prober, probed)
  return {
    inventory,
    dump,
    trees: await probeTrees(prober, probed),
    parallelDump: await probeParallelDump(prober, probed),
  }
}

function copiedOf(
  collections: readonly (CollectionDefinition & { readonly isDeleted: boolean })[],
): readonly CollectionDefinition[] {
  const copied = collections.filter(
    ({ name, isDeleted }) => !isDeleted && isReplicated(name, { includeSystem: true }),
  )
  const [own, system] = [false, true].map((isSystem) =>
    copied.filter(({ name }) => name.startsWith('_') === isSystem),
  )
  return [...(own ?? []), ...(system ?? [])]
}
