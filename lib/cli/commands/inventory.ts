import { formatExactJson } from '../../streams/index.js'
import { EDGE_COLLECTION, isReplicated } from '../../wire/index.js'
import {
  parseAddress,
  type SnapshotCollection,
  type SnapshotInventory,
  type Source,
} from '../../replica/index.js'
import { assertWholeReplica, eachDatabase } from '../all-databases.js'
import type { CommandContext } from '../context.js'
import { EXIT_CODE } from '../exit-code.js'
import { formatBytes, formatCount } from '../human.js'
import { withSource } from '../open-replica.js'
import { formatTable } from '../table.js'

/** Flags of `tidemark inventory`. */
export interface InventoryFlags {
  readonly includeSystem?: boolean | undefined
  /** Of every database, not of the one that the address names. */
  readonly allDatabases?: boolean | undefined
  readonly json?: boolean | undefined
}

const COLUMNS = [
  { title: 'collection' },
  { title: 'type' },
  { title: 'documents', align: 'right' },
  { title: 'bytes', align: 'right' },
  { title: 'indexes', align: 'right' },
] as const

/** `tidemark inventory REPLICA`: lists collections and views. */
export async function inventoryCommand(
  context: CommandContext,
  address: string,
  flags: InventoryFlags,
): Promise<number> {
  if (flags.allDatabases === true) assertWholeReplica(parseAddress(address))
  return withSource(context, address, 'only', async (source) => {
    const list = (one: Source): Promise<void> => listDatabase(context, one, flags)
    if (flags.allDatabases === true) await eachDatabase(context, source, list)
    else await list(source)
    return EXIT_CODE.fine
  })
}

async function listDatabase(
  { signal, stdout }: CommandContext,
  source: Source,
  { includeSystem = false, json = false }: InventoryFlags,
): Promise<void> {
  const snapshot = await source.openSnapshot({ signal })
  try {
    const inventory = await snapshot.inventory({ signal })
    const collections = inventory.collections.filter(({ definition }) =>
      isReplicated(definition.name, { includeSystem }),
    )
    const shown = { ...inventory, collections }
    stdout.write(json ? toJsonLines(source, shown) : toTable(source, shown))
  } finally {
    await snapshot.close()
  }
}

function toTable(source: Source, { collections, views }: SnapshotInventory): string {
  const rows = collections.map(({ definition, size }) => [
    definition.name,
    definition.type === EDGE_COLLECTION ? 'edges' : 'documents',
    size.documents === undefined ? '?' : formatCount(size.documents),
    size.bytes === undefined ? '?' : formatBytes(size.bytes),
    formatCount(definition.indexes.length),
  ])
  const title = `${source.address}${source.database === undefined ? '' : ` (${source.database})`}\n`
  const viewLines = views.map(({ name, type }) => `view ${name} (${type})\n`).join('')
  return `${title}${formatTable(COLUMNS, rows)}${viewLines}`
}

function toJsonLines(source: Source, { collections, views }: SnapshotInventory): string {
  const database = source.database ?? null
  const describe = ({ definition, size }: SnapshotCollection): object => ({
    kind: 'collection',
    database,
    collection: definition.name,
    type: definition.type,
    documents: size.documents ?? null,
    bytes: size.bytes ?? null,
    parameters: definition.parameters,
    indexes: definition.indexes,
  })
  const objects = [
    ...collections.map(describe),
    ...views.map(({ name, properties }) => ({ kind: 'view', database, view: name, properties })),
  ]
  return objects.map((object) => `${formatExactJson(object)}\n`).join('')
}
